import { SHAPES } from '../support/shapes.ts';
import { describeQueries } from './queries.ts';

for (const shape of SHAPES) describeQueries(shape);
