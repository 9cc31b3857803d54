// What this product adds to Chainlit's page.
import "./unsaved.js"
import "./pasted.js"
import "./unsent.js"
import "./stage.js"
import "./keys.js"
import "./labels.js"
import "./sidebar.js"
import "./settings.js"
