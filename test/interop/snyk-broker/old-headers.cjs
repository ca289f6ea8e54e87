// The vendor's package reads `res._headers`, which Node 24 no longer has; with this it runs on the same Node as ours.
const { OutgoingMessage } = require("node:http");

Object.defineProperty(OutgoingMessage.prototype, "_headers", {
  configurable: true,
  get() {
    return this.getHeaders();
  },
});
