/** Brokers are reviewed too; what creditors delegate to partners is part of the directory, so that every service follows it. */
import type { Migration } from '@nodo-aperto/kernel/database';

export const reviewMigrations: readonly Migration[] = [
  {
    name: 'onboarding-0005-drafts-of-brokers',
    up: [
      'alter table configuration_draft drop constraint configuration_draft_kind_check',
      `alter table configuration_draft add constraint configuration_draft_kind_check
        check (kind in ('station', 'channel', 'creditorBroker', 'pspBroker'))`,
    ],
  },
  {
    name: 'onboarding-0005-requests-of-a-person',
    up: [
      `create index onboarding_request_by_asker on onboarding_request (requested_by) where state in ('REQUEST', 'TOBEVALIDATED', 'PENDING')`,
    ],
  },
  {
    name: 'onboarding-0005-delegations',
    up: [
      `create table delegation (
        code text primary key,
        creditor_institution text not null references creditor_institution,
        partner text not null references creditor_broker,
        functions text[] not null,
        granted_by text,
        revision integer not null,
        unique (creditor_institution, partner)
      )`,
      'create index delegation_by_partner on delegation (partner, creditor_institution)',
      `insert into delegation (code, creditor_institution, partner, functions, granted_by, revision)
        select creditor || '/' || partner, creditor, partner, functions, granted_by, 1 from partner_delegation as former
        where revoked_at is null and exists (select 1 from creditor_institution where fiscal_code = creditor)
          and exists (select 1 from creditor_broker where code = partner)`,
      `insert into object_revision (kind, code, revision, valid_from, removed, object, changed_by)
        select 'delegation', delegation.code, 1, former.granted_at, false,
          jsonb_build_object('creditorInstitution', delegation.creditor_institution, 'partner', delegation.partner,
            'functions', to_jsonb(delegation.functions)), former.granted_by
        from delegation join partner_delegation as former
          on former.creditor = delegation.creditor_institution and former.partner = delegation.partner and former.revoked_at is null`,
      'drop table partner_delegation',
    ],
  },
];
