/** What a creditor delegates to its partner holds everywhere: in one process, and on both sides of every hop between processes. */
import { SHAPES } from '../support/shapes.ts';
import { describeDelegations } from './delegations.ts';

for (const shape of SHAPES) describeDelegations(shape);
