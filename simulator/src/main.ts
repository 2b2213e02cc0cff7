/** `npm run simulate -- …`: see command-line/program.ts. */
import { realClock } from '@nodo-aperto/kernel/time';
import { runProgram } from './command-line/program.ts';

process.exitCode = await runProgram(process.argv.slice(2), {
  clock: realClock(),
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
});
