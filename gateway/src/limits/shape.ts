/**
 * The size of a document, measured before it is validated: validation costs up to the square of a document's fields, so that a hostile
 * document must be turned away by something that is linear.
 */
import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/** Sizes of an operation with its fragments unfolded; every figure stops growing at `CEILING`. */
export interface Shape {
  fields: number;
  aliases: number;
  depth: number;
  rootFields: number;
}

// Unfolded fragments can grow exponentially: the sums are cut here, far above every sensible limit.
const CEILING = 1_000_000;
const EMPTY: Shape = { fields: 0, aliases: 0, depth: 0, rootFields: 0 };

/** Measures every operation of the document. Fragments that are unknown or contain themselves count nothing: validation names them. */
export function shapesOf(document: DocumentNode): { operation: OperationDefinitionNode; shape: Shape }[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, Shape>();
  const measureFragment = (name: string): Shape => {
    const measured = known.get(name);
    if (measured) return measured;
    const fragment = fragments.get(name);
    known.set(name, EMPTY);
    const shape = fragment ? measure(fragment.selectionSet) : EMPTY;
    known.set(name, shape);
    return shape;
  };
  const measure = (selections: SelectionSetNode): Shape => {
    let total = EMPTY;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) total = beside(total, measureFragment(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT) total = beside(total, measure(selection.selectionSet));
      else {
        const below = selection.selectionSet ? measure(selection.selectionSet) : EMPTY;
        // Introspection has a depth rule of its own, and its standard query is deeper than any of ours.
        const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
        const alias = selection.alias && selection.alias.value !== selection.name.value ? 1 : 0;
        total = beside(total, {
          fields: below.fields + 1,
          aliases: below.aliases + alias,
          depth: isIntrospection ? 1 : below.depth + 1,
          rootFields: 1,
        });
      }
    }
    return total;
  };
  return document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => ({ operation, shape: measure(operation.selectionSet) }));
}

function beside(left: Shape, right: Shape): Shape {
  return {
    fields: Math.min(CEILING, left.fields + right.fields),
    aliases: Math.min(CEILING, left.aliases + right.aliases),
    depth: Math.max(left.depth, right.depth),
    rootFields: Math.min(CEILING, left.rootFields + right.rootFields),
  };
}
