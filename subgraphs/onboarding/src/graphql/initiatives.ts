/** The roadmap of initiatives. */
import { ROLES } from '@nodo-aperto/kernel/auth';
import { Allow } from '@nodo-aperto/kernel/graphql';
import { Arg, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { type InitiativeSubject, initiativesFor } from '../domain/initiatives.ts';
import { ConfidenceEnum, InitiativeObjectiveEnum, InitiativeSubjectEnum, InitiativeTypeEnum } from './enums.ts';
import { Requires } from './requires.ts';

@ObjectType('Initiative', {
  description: 'An initiative of the roadmap. Quarters are written 2024-Q1; absent where not defined or not applicable.',
})
export class InitiativeType {
  @Field(() => String, { description: 'Stable name.' })
  id!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => InitiativeTypeEnum, { description: 'Whether those concerned must take part.' })
  type!: string;

  @Field(() => [InitiativeSubjectEnum], { description: 'Who has something to do; empty when only the platform has.' })
  subjects!: string[];

  @Field(() => InitiativeObjectiveEnum, { nullable: true, description: 'What it is for.' })
  objective?: string;

  @Field(() => String, { nullable: true, description: 'Quarter in which it came into the roadmap.' })
  roadmapQuarter?: string;

  @Field(() => String, { nullable: true, description: 'The specification that describes it.' })
  specification?: string;

  @Field(() => String, { nullable: true, description: 'Quarter from which it could be tested.' })
  testQuarter?: string;

  @Field(() => String, { nullable: true, description: 'Quarter in which it went into production.' })
  productionQuarter?: string;

  @Field(() => String, { nullable: true, description: 'Quarter from which it is an obligation.' })
  obligationQuarter?: string;

  @Field(() => String, { description: 'Where this is stated.' })
  source!: string;

  @Field(() => ConfidenceEnum, { description: 'How sure it is that this belongs to the initiative.' })
  confidence!: string;

  @Field(() => String, { nullable: true, description: 'What is uncertain or contradictory about it.' })
  note?: string;
}

@Resolver()
export class Initiatives {
  @Allow(...ROLES)
  @Requires('ROADMAP')
  @Query(() => [InitiativeType], { description: 'The initiatives of the roadmap, in the order of the circolare’s tables.' })
  initiatives(
    @Arg('subject', () => InitiativeSubjectEnum, { nullable: true, description: 'Only those that concern this kind of party.' })
    subject: InitiativeSubject | null,
  ): InitiativeType[] {
    return initiativesFor(subject ?? undefined).map((each) => ({ ...each, subjects: [...each.subjects] }));
  }
}
