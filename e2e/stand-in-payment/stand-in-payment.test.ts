import { SHAPES } from '../support/shapes.ts';
import { describeStandInPayments } from './payments.ts';

for (const shape of SHAPES) describeStandInPayments(shape);
