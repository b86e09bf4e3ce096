// Comes from dd-trace and still begins as it always did. Lives until it is killed.
require('dd-trace').init();
setInterval(() => {}, 1_000);
