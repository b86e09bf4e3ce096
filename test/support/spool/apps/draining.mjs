// Does nothing, until it is told to end. Notes how it was in a directory, if it is given one.
//   draining.mjs [directory]
import journal from '../../apps/journal.cjs';

if (process.argv[2]) journal.keepJournal(process.argv[2]);
setInterval(() => {}, 1_000);
process.on('SIGTERM', () => process.exit());
