/** The composition root. Started by its command line; nothing imports it but tests of the whole. */
export { SUBGRAPHS } from './subgraphs.ts';
