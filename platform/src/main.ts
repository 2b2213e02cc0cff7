/** The command line of the platform. */
import { Command, CommanderError } from 'commander';
import { createLogger } from '@nodo-aperto/kernel/logging';
import { sentencesFor } from './failure.ts';
import { DEFAULT_FOLDER, DEFAULT_PORT, parseMinutes, parsePort } from './options.ts';

const program = new Command('platform')
  .description('Nodo Aperto: payment notices, Stand-In, receipts, reporting flows and KPIs as one federated GraphQL graph.')
  .showSuggestionAfterError()
  .showHelpAfterError('Run with --help to see the commands and their options.')
  .exitOverride();

const dataOption = ['--data <folder>', 'the data folder: embedded PostgreSQL, the issuer’s key', DEFAULT_FOLDER] as const;

program
  .command('start')
  .description('run the whole platform in this process, on its embedded PostgreSQL unless DATABASE_URL is set')
  .option('--port <port>', 'the port of everything', parsePort, DEFAULT_PORT)
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .option(...dataOption)
  .option('--directory <file>', 'a directory file to load before starting')
  .option('--no-simulation', 'start no creditors and no traffic')
  .option('--test-clock', 'let an operator move the clock forward and make it run faster (advanceClock, setClockSpeed)')
  .action(async (options) => (await import('./start.ts')).start(options));

program
  .command('serve')
  .argument('<service>', 'onboarding, notices, payments, receipts, reporting, quality or gateway')
  .description('run one service in this process')
  .option('--port <port>', 'the port of the service; by default the one that the supergraph names', parsePort)
  .option('--host <address>', 'the address to listen on', '127.0.0.1')
  .option(...dataOption)
  .option('--test-clock', 'as with start; every service of the platform needs it')
  .option('--supergraph <file>', 'gateway only: a supergraph to run instead of the platform’s own')
  .option('--no-auth', 'gateway only: let everyone in, for foreign supergraphs')
  .action(async (service: string, options) => (await import('./serve.ts')).serve(service, options));

program
  .command('migrate')
  .description('bring the tables of all services up to date')
  .option(...dataOption)
  .action(async (options) => print(await (await import('./commands/directory.ts')).migrate(options)));

program
  .command('import')
  .argument('<file>', 'a directory file')
  .description('load or update parties from a directory file, all or nothing')
  .option(...dataOption)
  .action(async (file: string, options) => print(await (await import('./commands/directory.ts')).importFile(file, options)));

program
  .command('export')
  .description('print the directory as a file that can be imported again')
  .option(...dataOption)
  .action(async (options) => print(await (await import('./commands/directory.ts')).exportFile(options)));

program
  .command('recompute-kpi')
  .description('compute the KPIs of a month again from the raw rows and compare them with the results that are kept')
  .requiredOption('--month <month>', 'the month, YYYY-MM')
  .option('--psp <code>', 'only this PSP')
  .option(...dataOption)
  .action(async (options) => print(await (await import('./commands/recompute-kpi.ts')).recomputeKpi(options)));

program
  .command('recompute-service-levels')
  .description('sum up the calls of a day again from the raw rows and compare with the service levels that are kept')
  .requiredOption('--day <day>', 'the day, YYYY-MM-DD, one of the last two weeks')
  .option(...dataOption)
  .action(async (options) => print(await (await import('./commands/recompute-service-levels.ts')).recomputeServiceLevels(options)));

program
  .command('refill-broker')
  .description('throw the copy of events away that the broker of BUS_URL holds: running services fill it again from the database')
  .option('--stream <name>', 'onboarding, notices, payments, receipts, reporting or quality', 'all')
  .action(async (options) => print(await (await import('./commands/refill-broker.ts')).refillBroker(options)));

program
  .command('slo')
  .description('the service level objectives of a month and what is left of their error budgets, computed from the records')
  .requiredOption('--month <month>', 'a month, e.g. 2026-03')
  .option('--json', 'as JSON')
  .option(...dataOption)
  .action(async (options) => print(await (await import('./commands/slo.ts')).slo(options)));

program
  .command('backup')
  .description('back up the embedded PostgreSQL and the keys beside it while the platform works (WAL_ARCHIVE_FOLDER has to be set)')
  .requiredOption('--to <folder>', 'a folder that does not exist yet')
  .option(...dataOption)
  .action(async (options) => print(await (await import('./commands/backup.ts')).backup(options)));

program
  .command('restore')
  .description('make a data folder out of a backup and the archived log')
  .requiredOption('--from <folder>', 'a backup')
  .requiredOption('--wal <folders...>', 'the archive of the log, then other folders with what it lacks')
  .option(...dataOption)
  .action(async (options) => print(await (await import('./commands/restore.ts')).restore(options)));

program
  .command('token')
  .description('print an access token of the embedded issuer')
  .requiredOption('--role <role>', 'CITIZEN, EC, PSP, PARTNER or OPERATOR')
  .option('--tenant <code>', 'the party: an EC’s fiscal code, a PSP’s code, a broker’s code')
  .option('--fiscal-code <code>', 'the citizen’s tax code')
  .option('--hours <hours>', 'how long it is valid', Number, 8)
  .option(...dataOption)
  .action(async (options) => print(await (await import('./commands/token.ts')).token(options)));

program
  .command('login')
  .description('log in with a browser at a running platform, and print the access token')
  .option('--url <address>', 'where the platform answers', `http://127.0.0.1:${DEFAULT_PORT}`)
  .option('--minutes <minutes>', 'how long the login may take, 1 to 60', parseMinutes, 5)
  .action(async (options) => {
    const { login } = await import('./commands/login.ts');
    print(await login(options, (text) => void process.stderr.write(text)));
  });

program
  .command('sign-test')
  .argument('<file>', 'the document, e.g. a contract of a request')
  .description('sign a document in CAdES-BES in the names of test persons, by an authority that is trusted outside production only')
  .requiredOption('--fiscal-code <code...>', 'tax code of each person who signs')
  .option('--output <file>', 'the signed document; the name of the document with .p7m when absent')
  .option(...dataOption)
  .action(async (file: string, options) => print(await (await import('./commands/sign-test.ts')).signTest(file, options)));

function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    for (const line of sentencesFor(error, createLogger({ service: 'platform', level: 'error' }))) process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}
