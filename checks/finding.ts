/** Something that does not hold. */
export interface Finding {
  /** Where: a path below the root of the repository, with `:line` where that helps. */
  readonly where: string;
  /** What was found and what was expected instead, as one sentence. */
  readonly what: string;
}
