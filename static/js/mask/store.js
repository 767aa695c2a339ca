// What has been drawn outlives a reload in this tab: kept under the picture, and given up when the server has another mask.
const MOST = 2_000_000; // characters

/** `from` names what the server had when the page was opened. */
export function keeper(uuid, from) {
  const key = `mask:${uuid}`;
  return {
    keep(layers) {
      const drawn = Object.entries(layers).map(([name, { ops, index }]) => [name, { ops, index }]);
      const text = JSON.stringify({ from, layers: Object.fromEntries(drawn) });
      try {
        if (text.length > MOST) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, text);
      } catch {
        sessionStorage.removeItem(key); // the tab's store is full
      }
    },
    kept() {
      try {
        const found = JSON.parse(sessionStorage.getItem(key));
        return found?.from === from ? found.layers : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
