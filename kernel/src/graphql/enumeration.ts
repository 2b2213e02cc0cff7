/** An enumeration as type-graphql takes it: an object whose keys are its values. */
export type ValuesOf<Name extends string> = { readonly [Value in Name]: Value };

/** The object of an enumeration, made of the list of its values. */
export function valuesOf<Name extends string>(names: readonly Name[]): ValuesOf<Name> {
  return Object.fromEntries(names.map((name) => [name, name])) as ValuesOf<Name>;
}
