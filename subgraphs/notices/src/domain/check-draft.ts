import { checkDates, checkValidity } from './check-dates.ts';
import { checkIdentifiers } from './check-identifiers.ts';
import { checkMetadata, checkReservedKeys } from './check-metadata.ts';
import { checkTransfers } from './check-transfers.ts';
import { allowed, type Outcome, refused } from './outcome.ts';
import { type DraftContext, eachInstalment, type PositionDraft } from './position-draft.ts';

/** The most payment options of a position, and instalments of an option. Ours: the field states none. */
export const MOST_OPTIONS = 20;
export const MOST_INSTALMENTS = 100;

/** All that is wrong with a draft at once, so that its maker corrects it in one go. Each rule is in a file of its own. */
export function checkDraft(draft: PositionDraft, context: DraftContext): Outcome<PositionDraft> {
  const [first, ...others] = [
    ...checkCounts(draft),
    ...draft.options.flatMap((option, index) => checkValidity(option, `options[${index}]`, context)),
    ...checkIdentifiers(draft),
    ...eachInstalment(draft, (instalment, path, option) => [
      ...checkTransfers(instalment, path),
      ...checkDates(instalment, option, path, context),
      ...checkMetadata(instalment.metadata, path),
      ...instalment.transfers.flatMap((transfer, index) => checkMetadata(transfer.metadata, `${path}.transfers[${index}]`)),
    ]),
  ];
  if (first) return refused('INVALID', first, ...others);
  const [reserved, ...more] = eachInstalment(draft, (instalment, path) => checkReservedKeys(instalment.metadata, path));
  return reserved ? refused('CONFLICT', reserved, ...more) : allowed(draft);
}

function checkCounts(draft: PositionDraft) {
  if (draft.options.length < 1 || draft.options.length > MOST_OPTIONS) {
    return [{ path: 'options', message: `has ${draft.options.length} options`, expected: `1 to ${MOST_OPTIONS} payment options` }];
  }
  return draft.options.flatMap((option, index) => {
    const count = option.instalments.length;
    if (count >= 1 && count <= MOST_INSTALMENTS) return [];
    return [
      { path: `options[${index}].instalments`, message: `has ${count} instalments`, expected: `1 to ${MOST_INSTALMENTS} instalments` },
    ];
  });
}
