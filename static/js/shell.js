// What every page has: a menu that closes, the balance, colours that change without a reload, toasts that go, the lamp, and what failed.
import "./menu.js";
import "./balance.js";
import "./theme.js";
import "./toasts.js";
import "./lamp.js";
import "./failed.js";

// Times are shown by the reader's own clock: accounts/local_time.py reads this from the next page on.
document.cookie = `tz=${Intl.DateTimeFormat().resolvedOptions().timeZone}; path=/; max-age=31536000; samesite=lax`
