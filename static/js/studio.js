// The studio's page: composer, table and history.
import "./clock.js";
import "./composer.js";
import "./draft.js";
import "./elapsed.js";
import "./frames.js";
import "./offline.js";
import "./pictures.js";
import "./sizes.js";
import "./slider.js";
import "./strip.js";
