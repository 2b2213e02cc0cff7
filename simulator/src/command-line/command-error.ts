/** Something the user can mend: its message is all that is printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly expose = true;
}
