/** How a command ends when it cannot go on: one clear sentence on standard error and a non-zero code; never a stack trace. */
import type { Logger } from '@nodo-aperto/kernel/logging';

/** Something the user can mend. Its message is the whole of what is printed. */
export class CommandError extends Error {
  readonly expose = true;
  override readonly name = 'CommandError';
  /** Further lines, such as one for each bad line of a file. */
  readonly details: readonly string[];

  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.details = details;
  }
}

/** The sentence that a user sees for an error; errors of ours are logged in full and only named. */
export function sentencesFor(error: unknown, log: Logger): string[] {
  if (error instanceof CommandError) return [error.message, ...error.details];
  if (error instanceof Error && (error as { expose?: boolean }).expose === true) {
    const issues = (error as { issues?: { path: string; message: string; expected?: string }[] }).issues ?? [];
    return [
      error.message,
      ...issues.map((issue) => `  ${issue.path}: ${issue.message}${issue.expected ? `; expected ${issue.expected}` : ''}`),
    ];
  }
  log.fatal({ err: error }, 'the command failed');
  return ['The command failed because of a fault of the program; the log above has the details.'];
}
