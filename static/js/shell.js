// What every page has: a menu that closes, colours that change without a reload, toasts that go, and the lamp.
import "./menu.js";
import "./theme.js";
import "./toasts.js";
import "./lamp.js";
