// What has been drawn outlives a reload in this tab: kept under the picture, each layer until the server has another of it.
const MOST = 2_000_000; // characters

/** `from` names by layer what the server had when the page was opened. */
export function keeper(uuid, from) {
  const key = `mask:${uuid}`;
  return {
    keep(layers) {
      const drawn = Object.entries(layers).map(([name, { ops, index }]) => [name, { from: from[name], ops, index }]);
      const text = JSON.stringify(Object.fromEntries(drawn));
      try {
        if (text.length > MOST) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, text);
      } catch {
        sessionStorage.removeItem(key); // the tab's store is full
      }
    },
    kept() {
      try {
        const found = Object.entries(JSON.parse(sessionStorage.getItem(key)) ?? {});
        return Object.fromEntries(found.filter(([name, layer]) => layer.from === from[name]));
      } catch {
        return {};
      }
    },
  };
}
