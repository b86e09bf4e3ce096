// node --require ./register.js app.js, or --import ./register.js: see README.md.
require('./dist/register.cjs');
