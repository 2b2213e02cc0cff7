/** Something the user can mend: it is told in one sentence, without a stack. */
export class LoadtestError extends Error {
  override readonly name = 'LoadtestError';
}
