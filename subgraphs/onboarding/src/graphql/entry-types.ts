/** Objects of the directory of any kind, as changes and facts speak of them. */
import { connectionOf, DateTimeScalar } from '@nodo-aperto/kernel/graphql';
import type { DirectoryKind } from '@nodo-aperto/kernel/directory';
import { Field, Int, ObjectType } from 'type-graphql';
import type { ObjectChange } from '../services/objects.ts';
import { ChangeEnum, DirectoryKindEnum } from './enums.ts';

@ObjectType('DirectoryEntry', { description: 'An object of the directory, of any kind, in one of its versions.' })
export class DirectoryEntryType {
  @Field(() => DirectoryKindEnum, { description: 'What kind of object it is.' })
  kind!: DirectoryKind;

  @Field(() => String, { description: 'What names it among those of its kind. Of a key: its digest.' })
  code!: string;

  @Field(() => Int, { description: 'The version.' })
  revision!: number;

  @Field(() => Boolean, { description: 'Whether it was removed.' })
  removed!: boolean;

  @Field(() => String, { description: 'The object in this version, as a line of the directory file, without its password or key.' })
  content!: string;
}

@ObjectType('DirectoryMutation', { description: 'What became of an object that was to be changed.' })
export class DirectoryMutationType {
  @Field(() => ChangeEnum, { description: 'What was done.' })
  change!: ObjectChange;

  @Field(() => DirectoryEntryType, { description: 'The object as it is now.' })
  entry!: DirectoryEntryType;
}

@ObjectType('DirectoryEvent', { description: 'A change of the directory.' })
export class DirectoryEventType {
  @Field(() => String, { description: 'Its place in the stream: pass it as `after` to go on from here.' })
  cursor!: string;

  @Field(() => String, { description: 'Its id; the same each time it is delivered.' })
  id!: string;

  @Field(() => String, { description: 'Its name, e.g. directory.entry-changed.' })
  name!: string;

  @Field(() => String, { description: 'Its CloudEvents type.' })
  type!: string;

  @Field(() => DateTimeScalar, { description: 'When it was stated.' })
  at!: number;

  @Field(() => String, { nullable: true, description: 'W3C trace context of the request that caused it.' })
  traceparent?: string;

  @Field(() => DirectoryEntryType, { description: 'The object after the change.' })
  entry!: DirectoryEntryType;
}

@ObjectType('DirectoryRevision', { description: 'A version of an object and the time in which it held.' })
export class DirectoryRevisionType {
  @Field(() => DirectoryEntryType, { description: 'The object in this version.' })
  entry!: DirectoryEntryType;

  @Field(() => DateTimeScalar, { description: 'From when it holds.' })
  validFrom!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when it held; null for the present one.' })
  validTo?: number;

  @Field(() => String, { description: 'Who made the change.' })
  changedBy!: string;
}

export const DirectoryEventConnection = connectionOf('DirectoryEvent', () => DirectoryEventType);
export const DirectoryRevisionConnection = connectionOf('DirectoryRevision', () => DirectoryRevisionType);
