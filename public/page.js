// What this product adds to Chainlit's page.
import "./unsaved.js"
import "./pasted.js"
import "./labels.js"
