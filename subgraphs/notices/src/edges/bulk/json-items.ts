/** Takes the elements out of one array of a JSON document, without ever holding the document. */
import { InputError } from '@nodo-aperto/kernel/faults';

/** The longest element. */
export const LONGEST_ITEM = 256 * 1024;
/** A key of the document's own object is not longer. */
const LONGEST_KEY = 200;

/**
 * The texts of the elements of the array under the key of the outermost object, some for each chunk that has any. What an element contains
 * is not judged here: a bad one is its own affair.
 * @throws InputError when the document has no such array, ends too early, or an element is too long
 */
export async function* jsonItems(source: AsyncIterable<Uint8Array>, key: string): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  const scanner = new Scanner(key);
  for await (const chunk of source) {
    const items = scanner.read(decoder.decode(chunk, { stream: true }));
    if (items.length > 0) yield items;
  }
  scanner.end();
}

class Scanner {
  readonly #key: string;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The last string of the outermost object, when it may be a key. */
  #lastKey = '';
  /** Whether the string that is under way may be a key. */
  #inKey = false;
  #inArray = false;
  #found = false;
  /** The element that is under way, as far as earlier chunks have it. */
  #element: string | undefined;

  constructor(key: string) {
    this.#key = key;
  }

  read(text: string): string[] {
    const items: string[] = [];
    let elementFrom = this.#element === undefined ? -1 : 0;
    let keyFrom = 0;
    for (let index = 0; index < text.length; index += 1) {
      const character = text[index] as string;
      if (this.#inString) {
        if (this.#endsString(character) && this.#inKey) this.#readKey(text.slice(keyFrom, index), true);
        continue;
      }
      if (this.#inArray && this.#depth === 2 && (character === ',' || character === ']')) {
        const element = (this.#element ?? '') + (elementFrom < 0 ? '' : text.slice(elementFrom, index));
        this.#element = undefined;
        elementFrom = -1;
        this.#endElement(element.trim(), character, items);
        continue;
      }
      if (this.#inArray && elementFrom < 0 && !isBlank(character)) elementFrom = index;
      this.#step(character);
      if (character === '"' && this.#inKey) keyFrom = index + 1;
    }
    if (elementFrom >= 0) this.#element = checked((this.#element ?? '') + text.slice(elementFrom));
    if (this.#inKey) this.#readKey(text.slice(keyFrom), false);
    return items;
  }

  /** @throws InputError when the document is not over, or had no such array */
  end(): void {
    if (this.#depth !== 0 || this.#inString) throw malformed();
    if (!this.#found) throw InputError.at('file', `has no array "${this.#key}"`, `a JSON object with the array "${this.#key}"`);
  }

  #endsString(character: string): boolean {
    if (this.#escaped) this.#escaped = false;
    else if (character === '\\') this.#escaped = true;
    else if (character === '"') {
      this.#inString = false;
      return true;
    }
    return false;
  }

  #readKey(part: string, whole: boolean): void {
    this.#lastKey = (this.#lastKey + part).slice(0, LONGEST_KEY);
    if (whole) this.#inKey = false;
  }

  #endElement(element: string, by: string, items: string[]): void {
    if (element !== '') items.push(checked(element));
    else if (by === ',') throw malformed();
    if (by === ',') return;
    this.#inArray = false;
    this.#depth -= 1;
  }

  #step(character: string): void {
    switch (character) {
      case '"':
        this.#inString = true;
        this.#inKey = this.#depth === 1;
        if (this.#inKey) this.#lastKey = '';
        break;
      case '{':
      case '[':
        this.#depth += 1;
        if (character === '[' && this.#depth === 2 && this.#lastKey === this.#key) {
          this.#inArray = true;
          this.#found = true;
        }
        break;
      case '}':
      case ']':
        this.#depth -= 1;
        if (this.#depth < 0) throw malformed();
        break;
      default:
    }
  }
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\r' || character === '\t';
}

function checked(element: string): string {
  if (element.length <= LONGEST_ITEM) return element;
  throw InputError.at('file', 'has an element that is too long', `elements of at most ${LONGEST_ITEM} characters`);
}

function malformed(): InputError {
  return InputError.at('file', 'is not a JSON document', 'a JSON object');
}
