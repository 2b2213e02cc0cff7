/** The platform's settings: one object, there from the first start on, changed field by field. */
import type { Database } from '@nodo-aperto/kernel/database';
import { DEFAULT_SETTINGS, SETTINGS_CODE } from '@nodo-aperto/kernel/directory';
import { ConflictError, InvariantError } from '@nodo-aperto/kernel/faults';
import { type RuleOptions, rulesOf } from '../domain/kinds.ts';
import type { DirectoryStore } from '../persistence/directory-store.ts';
import { loadObjects, type Stored } from '../persistence/mappings.ts';
import { apply, type ChangeOptions, readInput } from './objects.ts';

export interface SettingsService {
  get(): Promise<Stored<'settings'>>;
  /** Writes the defaults when there are no settings yet. */
  establish(): Promise<void>;
  /**
   * Changes the fields that are given.
   * @throws InputError naming every bad field; ConflictError when a revision is given and is not the present one
   */
  update(input: object, options: ChangeOptions): Promise<Stored<'settings'>>;
}

export function settingsService(parts: { database: Database; store: DirectoryStore; rules: RuleOptions }): SettingsService {
  const { database, store, rules } = parts;
  const find = (): Promise<Stored<'settings'> | undefined> =>
    database.read(async (manager) => (await loadObjects(manager, 'settings', [SETTINGS_CODE]))[0]);
  return {
    async get() {
      const stored = await find();
      if (!stored) throw new InvariantError('the settings are established when the service starts');
      return stored;
    },
    async establish() {
      if (await find()) return;
      await store.write('platform', async (writer) => {
        const [stored] = await writer.load('settings', [SETTINGS_CODE]);
        if (!stored)
          await apply(writer, { kind: 'settings', code: SETTINGS_CODE, object: { ...DEFAULT_SETTINGS }, created: true }, undefined);
      });
    },
    update(input, { revision, by }) {
      const entry = readInput('settings', input, rules);
      return store.write(by, async (writer) => {
        const [stored] = await writer.load('settings', [SETTINGS_CODE]);
        if (revision !== undefined && revision !== null && revision !== stored?.revision) {
          throw new ConflictError(
            `You have seen revision ${revision} of the settings, which are now at revision ${stored?.revision ?? 0}; read them again.`,
          );
        }
        const object = rulesOf('settings').complete(entry, stored?.object, writer.now);
        const { code, revision: now } = await apply(
          writer,
          { kind: 'settings', code: SETTINGS_CODE, object, created: stored === undefined },
          stored,
        );
        return { code, object, revision: now };
      });
    },
  };
}
