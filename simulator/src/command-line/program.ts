/** The command line: what can be typed after `npm run simulate --`. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Clock } from '@nodo-aperto/kernel/time';
import { FAULT_NAMES } from '../control/index.ts';
import type { FaultName } from '../control/index.ts';
import { checkGuardsCommand } from './check-guards.ts';
import type { CheckGuardsOptions } from './check-guards.ts';
import { CommandError } from './command-error.ts';
import { parseHost } from './creditors-at.ts';
import { listStations, startOutage, stopOutage, typedName } from './commands.ts';
import { runFile } from './simulate.ts';
import type { SimulateOptions } from './simulate.ts';
import { connectControl, DEFAULT_FOLDER, DEFAULT_URL } from './control-client.ts';
import type { ConnectionOptions, ControlClient } from './control-client.ts';

export interface ProgramOptions {
  readonly clock: Clock;
  /** Gets what is printed, line by line. */
  readonly print: (line: string) => void;
  /** Gets what is wrong, line by line. */
  readonly printError: (line: string) => void;
}

const NAMES = Object.keys(FAULT_NAMES) as FaultName[];

/**
 * Runs one command.
 * @param words what was typed
 * @returns the exit code: 0, or 1 after one sentence on what was wrong
 */
export async function runProgram(words: readonly string[], options: ProgramOptions): Promise<number> {
  try {
    const result = { code: 0 };
    await programOf(options, result).parseAsync(words, { from: 'user' });
    return result.code;
  } catch (error) {
    const code = exitCodeOf(error);
    if (code !== undefined) return code;
    options.printError(isForUser(error) ? error.message : `The command failed by a fault of the program: ${String(error)}`);
    return 1;
  }
}

function programOf({ clock, print, printError }: ProgramOptions, result: { code: number }): Command {
  const run = async (connection: ConnectionOptions, work: (control: ControlClient) => Promise<string[]>): Promise<void> => {
    const control = await connectControl(connection, clock);
    try {
      for (const line of await work(control)) print(line);
    } finally {
      await control.close();
    }
  };
  const program = new Command('simulate')
    .description('Runs scenarios, and looks at and switches the creditors of a running simulation (npm start).')
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: (text) => printError(text.trimEnd()) });
  program
    .command('run', { isDefault: true })
    .description('Runs a scenario on a platform of its own, or on one that is there, and reports what came of it.')
    .argument('[file]', 'a scenario, simulator/scenarios/one-creditor-down.yaml for instance')
    .option('--seed <seed>', "in place of the scenario's own")
    .option('--short', 'presses the scenario into half a minute')
    .option('--plan', 'prints the digest of the plan and runs nothing')
    .option('--replay <report>', 'runs the scenario of a report again, with its seed, and checks that the plan is the same')
    .option('--compare <report>', 'compares the figures with those of an earlier report')
    .option('--reports <folder>', 'where the reports go', 'reports/simulate')
    .option('--url <url>', 'a platform that is there already')
    .option('--data <folder>', "that platform's data folder, whose issuer's key signs the tokens of all parties", DEFAULT_FOLDER)
    .option('--listen <address>', 'with --url: the address that the creditors listen on; 0.0.0.0 for all', parseHost)
    .option('--advertise <host>', 'with --url: name or address by which that platform calls the creditors', parseHost)
    .option('--check-guards', 'runs no scenario: switches off one guard of the platform after the other and shows which rule sees it')
    .option('--only <words>', 'with --check-guards: only guards whose name has these words')
    .action(async (file: string | undefined, options: SimulateOptions & CheckGuardsOptions & { checkGuards?: boolean }) => {
      result.code = options.checkGuards ? await checkGuardsCommand(options, print) : await runFile(file, options, print);
    });
  connected(program.command('stations').description('Lists the stations and whether they work.')).action((connection: ConnectionOptions) =>
    run(connection, listStations),
  );
  const outage = program.command('outage').description('Starts and stops outages of creditors.');
  connected(
    outage.command('start').description('Makes a station fail.').argument('<station>', 'code of the station, as "stations" lists it'),
  )
    .addOption(new Option('--fault <kind>', 'how it fails').choices(NAMES.map(typedName)).default('off'))
    .addOption(new Option('--for <seconds>', 'works again by itself after so many seconds').argParser(parseSeconds))
    .addOption(new Option('--detail <name=value>', 'a detail of the fault: medianMilliseconds=9000, status=500 …').argParser(parseDetail))
    .action((station: string, { fault, for: seconds, detail: details, ...connection }: ConnectionOptions & OutageOptions) =>
      run(connection, (control) =>
        startOutage(control, station, faultNamed(fault), { ...(seconds && { seconds }), ...(details && { details }) }),
      ),
    );
  connected(outage.command('stop').description('Makes a station work again.').argument('<station>', 'code of the station')).action(
    (station: string, connection: ConnectionOptions) => run(connection, (control) => stopOutage(control, station)),
  );
  return program;
}

interface OutageOptions {
  readonly fault: string;
  readonly for?: number;
  readonly detail?: Readonly<Record<string, string | number>>;
}

/** Gathers details over repeats of the option; what is a number is sent as one. */
function parseDetail(text: string, before: Readonly<Record<string, string | number>> = {}): Readonly<Record<string, string | number>> {
  const [, name, value] = /^([A-Za-z]{1,40})=(.{1,60})$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError('Expected name=value, medianMilliseconds=9000 for instance.');
  return { ...before, [name]: /^\d+(\.\d+)?$/.test(value) ? Number(value) : value };
}

function connected(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', 'where the platform is').default(DEFAULT_URL))
    .addOption(new Option('--token <token>', 'an access token of the platform').conflicts('data'))
    .addOption(
      new Option('--data <folder>', `the platform's data folder, whose issuer's key makes a token (default: "${DEFAULT_FOLDER}")`),
    );
}

function faultNamed(typed: string): FaultName {
  const name = NAMES.find((each) => typedName(each) === typed);
  if (name === undefined) throw new CommandError(`"${typed}" is no kind of fault; expected one of ${NAMES.map(typedName).join(', ')}.`);
  return name;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text) || seconds <= 0) throw new InvalidArgumentError('Expected a number of seconds above 0.');
  return seconds;
}

/** Commander has printed its sentence, or the help, when it throws. */
function exitCodeOf(error: unknown): number | undefined {
  const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
  if (typeof code !== 'string' || !code.startsWith('commander.') || typeof exitCode !== 'number') return undefined;
  return code === 'commander.help' ? 1 : exitCode;
}

function isForUser(error: unknown): error is Error {
  return error instanceof Error && (error as { expose?: boolean }).expose === true;
}
