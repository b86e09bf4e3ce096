// Preloaded before register.js: what a package with an older API leaves behind.
globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.4.0' };
