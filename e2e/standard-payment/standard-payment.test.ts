import { SHAPES } from '../support/shapes.ts';
import { describeStandardPayments } from './payments.ts';

for (const shape of SHAPES) describeStandardPayments(shape);
