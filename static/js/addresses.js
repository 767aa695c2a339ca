// Where fragments are fetched from (studio/urls.py, credits/urls.py).
export const LIVE = "/live/";
export const STUDIO = "/studio/";
export const STATES = "/studio/frames";
export const frameAt = (frame) => `/studio/frames/${frame}/`;
export const previewAt = (frame, index) => `/studio/frames/${frame}/preview?n=${index}`;
export const pieceAt = (picture, role) => `/studio/pictures/${picture}/?role=${role}`;
export const runAt = (run) => `/studio/runs/${run}/`;

// A fragment's first element; null where there is nothing (any more), undefined where it could not be had.
export async function fragment(address) {
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) return undefined;
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    return holder.content.firstElementChild;
  } catch {
    return undefined;
  }
}
