/** `npm run loadtest -- NAME`: runs a k6 load test against a platform of its own, or against one that runs already. */
import { Command, InvalidArgumentError } from 'commander';
import { realClock } from '@nodo-aperto/kernel/time';
import { LoadtestError } from './failure.ts';
import { findK6, installK6 } from './k6.ts';
import { runLoadtest } from './run.ts';
import { SCRIPTS, type ScriptSettings } from './scripts.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Reads a whole number in bounds. */
function whole(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,9}$/.test(text) || value < 1 || value > most) throw new InvalidArgumentError(`Expected a whole number from 1 to ${most}.`);
    return value;
  };
}

interface Options extends Partial<ScriptSettings> {
  target?: string;
  data: string;
  reports: string;
  install?: boolean;
}

const program = new Command('loadtest')
  .description(`Load tests:\n${SCRIPTS.map(({ name, shows }) => `  ${name.padEnd(12)} ${shows}`).join('\n')}`)
  .argument('[name]', 'which one')
  .option('--install', 'build k6 with the Go toolchain into .tools/bin first')
  .option('--rate <per second>', 'payments, verifications, positions or reported payments in a second', whole(100_000))
  .option('--seconds <seconds>', 'how long the measured time is', whole(86_400))
  .option('--p99 <milliseconds>', 'what the slowest hundredth of a call may take', whole(60_000))
  .option('--sockets <count>', 'websockets of "subscribers"', whole(9_000))
  .option('--positions <count>', 'positions in the archive beside those that are paid', whole(10_000_000))
  .option('--items <count>', 'positions of one bulk write', whole(1_000))
  .option('--target <url>', 'a platform that runs already, for instance http://127.0.0.1:4000')
  .option('--data <folder>', "that platform's data folder, whose key makes the tokens", './.data')
  .option('--reports <folder>', 'where the JSON and HTML reports go', './reports/loadtest')
  .showHelpAfterError();

async function main(name: string | undefined, options: Options): Promise<void> {
  const clock = realClock();
  let k6 = findK6(process.env);
  if (options.install && !k6) {
    print('Building k6 (about two minutes) …');
    k6 = await installK6();
    print(`k6 is at ${k6}.`);
  }
  if (name === undefined) {
    if (!options.install) program.outputHelp();
    return;
  }
  const script = SCRIPTS.find((each) => each.name === name);
  if (!script) throw new LoadtestError(`There is no load test "${name}"; expected one of ${SCRIPTS.map((each) => each.name).join(', ')}.`);
  if (!k6) {
    throw new LoadtestError(
      'k6 was not found (K6_BIN, PATH, .tools/bin), so nothing was run; "npm run loadtest -- --install" builds it with the Go toolchain.',
    );
  }
  const settings = Object.fromEntries(
    Object.entries(script.defaults).map(([key, value]) => [key, options[key as keyof ScriptSettings] ?? value]),
  ) as unknown as ScriptSettings;
  const { target, data, reports } = options;
  const held = await runLoadtest({ script, settings, k6, target, data, reports, clock, print });
  print(held ? `${name}: everything holds.` : `${name}: NOT everything holds.`);
  process.exitCode = held ? 0 : 1;
}

program.action(async (name: string | undefined, options: Options) => {
  try {
    await main(name, options);
  } catch (error) {
    if (!(error instanceof LoadtestError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
});
await program.parseAsync();
