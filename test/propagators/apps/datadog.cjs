// Preload: dd-trace, talking to nobody.
require('dd-trace').init({ startupLogs: false, flushInterval: 60_000 });
