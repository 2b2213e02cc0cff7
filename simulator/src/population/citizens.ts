/** Invented people who owe and pay. */
import type { RandomStream } from '@nodo-aperto/kernel/random';
import { personCode } from './tax-code.ts';

export interface Citizen {
  /** 16 characters, with the right check character; nobody's. */
  readonly fiscalCode: string;
  readonly fullName: string;
  /** How often this one pays, against the others: few pay much, many a little. */
  readonly weight: number;
}

const WOMEN = ['Ada', 'Bianca', 'Chiara', 'Elena', 'Francesca', 'Giulia', 'Irene', 'Lucia', 'Marta', 'Noemi', 'Rosa', 'Silvia'];
const MEN = ['Andrea', 'Bruno', 'Carlo', 'Dario', 'Enrico', 'Fabio', 'Giorgio', 'Luca', 'Matteo', 'Nicola', 'Paolo', 'Stefano'];
const FAMILIES = [
  'Albani',
  'Bassetti',
  'Cordero',
  'De Santis',
  'Esposito',
  'Fontana',
  'Galli',
  'Leone',
  'Marchetti',
  'Neri',
  'Orlando',
  'Pellegrini',
  'Ricci',
  'Serra',
  'Testa',
  'Valentini',
];

/** So many people with different codes. */
export function makeCitizens(random: RandomStream, count: number): readonly Citizen[] {
  const citizens = new Map<string, Citizen>();
  while (citizens.size < count) {
    const female = random.next() < 0.5;
    const givenName = random.pick(female ? WOMEN : MEN);
    const familyName = random.pick(FAMILIES);
    const born = { year: random.integer(1940, 2006), month: random.integer(1, 12), day: random.integer(1, 28) };
    const fiscalCode = personCode({ givenName, familyName, ...born, female });
    if (citizens.has(fiscalCode)) continue;
    // Zipf's law with exponent one half: the first pays about eight times as often as the last of sixty.
    citizens.set(fiscalCode, { fiscalCode, fullName: `${givenName} ${familyName}`, weight: 1 / Math.sqrt(citizens.size + 1) });
  }
  return [...citizens.values()];
}
