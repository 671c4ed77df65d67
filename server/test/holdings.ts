/** Every column in which something of a customer may stand; `server/test/erasure.test.ts` puts something of Anna there, and finds nothing afterwards. */
export const held: readonly string[] = `
  acknowledged.address allowed_sender.pattern blocked_sender.pattern bulk_item.before cluster.name cluster.words company.domain company.fields company.name
  conversation.category conversation.consulted conversation.customer_address conversation.customer_name conversation.merge_undo conversation.participants
  conversation.snippet conversation.spam conversation.split_undo conversation.subject conversation.tags
  customer.fields customer.merge_undo customer.name customer.role customer.time_zone customer_note.text
  draft.bcc draft.cc draft.html draft.recipients draft.text event.data handle.value idempotency.reply
  inbound_mail.envelope inbound_mail.sender inbound_mail.subject
  message.attachments message.authentication message.delivery message.external_id message.forwarded message.html message.in_reply_to message.parsed
  message.people_before message.plan message.quote message.recipients message.reference_ids message.sender message.spam message.state_reason message.subject message.text
  named_id.external_id note_draft.html note_draft.text notification.sender notification.text notification.title picture_sender.address
  mailing_person.address mailing_person.subject mailing_person.text
  practice_mail.external_id practice_mail.sender practice_mail.subject practice_mail.text saved_view.filter saved_view.name
  mood.why mood_ask.words survey_ask.answers survey_ask.words message.quote_html practice_mail.html webhook_attempt.answer webhook_attempt.error webhook_attempt.headers webhook_attempt.request webhook_delivery.body webhook_delivery.error
  search_name.folded search_row.words upload.filename
  praise.name praise.words problem_words.words visitor_block.reason visitor.agent visitor.city visitor.email visitor.name visitor.page visitor.referrer visitor.user_id visitor_event.meta visitor_event.name
`
  .trim()
  .split(/\s+/);

/** Every other column of words or bytes, by why nothing of a customer stands in it. */
export const other: Readonly<Record<string, string>> = {
  'a word of the program, a number or an id': `
    audit.about_id audit.about_kind audit.actor_kind audit.area audit.what backup.state installation.held_from webhook_delivery.message_id webhook_delivery.state webhook_delivery.type webhook.types webhook.disabled tracker.kind tracker_delivery.delivery problem_issue.state data_export.kind data_export.state bulk.state bulk_item.state cluster.kind cluster.state cluster_run.kind conversation.channel conversation.folder conversation.last_from
    chat_key.algorithm visitor.claims visitor.country visitor.language visitor_event.kind conversation.parent_kind conversation.priority conversation.status conversation_link.why conversation_problem.kind filing_aside.kind filing_audit.filed_kind filing_audit.said_kind problem.cause problem.fix problem.state problem.merge_undo problem_step.state problem_step.why week_kept.zone customer.language draft.attachments draft.kind erasure.counts erasure.state mood_model.trouble
    event.actor_kind event.name event_cursor.newest event_cursor.subscriber handle.kind handle.scope idempotency.key inbound_mail.folder inbound_mail.source inbound_mail.state
    praise.language praise.source praise_order.currency praise_order.order_id mailing.kind mailing.state mailing_person.kind mailing_person.language mailing_person.reason mailing_person.state ask.kind survey.kind survey.moment survey.way survey_ask.way survey_ask.channel survey_ask.excluded survey_ask.language survey_ask.tapped mood_ask.channel mood_ask.compared mood_ask.excluded mood_ask.language mood_ask.tapped conversation.mood mood.language mood.source mood.stage
    link.purpose mailbox.folder message.kind message.state message.status_before message.type migration.checksum migration.name note_draft.attachments
    notification.kind notification.ways saved_view.icon upload.content_type`,
  'a hash, a mark or sealed': `
    praise.code praise_visit.mark mood_ask.browser_hash survey_ask.browser_hash visitor_session.token_hash chat_link.token_hash chat_key.public_key chat_key.secret blob.hash data_export_piece.hash erased_mark.mark form_entry.hash erasure_key.inner_pad filing_draw.key erasure_key.outer_pad idempotency.request_hash inbound_mail.raw_hash message.dedupe message.raw_hash mood_model.secret
    provider_request.mark spam_lesson.features spam_filter.counts tombstone.dedupe upload.hash attempt.key`,
  'a reason in the words of the program': 'inbound_mail.reason inbound_mail.why',
  'where bytes lie': 'blob.pack backup.place',
  'of the machine': 'backup.reason backup.why installation.key_check installation.mark installation.released_by',
  'no longer written, emptied by an erasure': 'tombstone.external_id',
  'of the log, which never names customers': 'audit.agent audit.facts audit.ip audit.name',
  'of the desk: its settings, people, keys and prepared words': `
    account.email account.password_hash account.recovery account.totp_secret api_key.name api_key.scopes api_key.token_hash
    brand.colour brand.logo_hash brand.logo_type brand.name brand.site bulk.action bulk.macro customer_field.about customer_field.choices customer_field.key customer_field.kind customer_field.label
    chat.greeting chat_key.name dkim_key.algorithm dkim_key.domain dkim_key.public_key dkim_key.secret dkim_key.selector dkim_key.state
    form.name form.settings inbox.address inbox.channel inbox.name inbox.secrets inbox.settings inbox.state inbox.state_text inbox.state_why link.data link.token_hash
    mail_domain.domain mail_domain.findings mail_import.path mail_import.position mail_import.state mail_import.state_text mail_import.state_why
    mail_provider.client_id mail_provider.provider mail_provider.secret mail_provider.tenant
    mailbox_grant.account mailbox_grant.provider mailbox_grant.refusal mailbox_grant.secret
    mailbox_sign_in.account mailbox_sign_in.provider mailbox_sign_in.said mailbox_sign_in.secret mailbox_sign_in.state mailbox_sign_in.state_hash
    notification_choice.digest notification_choice.quiet notification_choice.ways person.email person.language person.name person.role person.settings person.signature person.time_zone
    survey.audience survey.intro survey.name survey.questions mailing.text mailing_person.signature tracker.name tracker.sealed problem_issue.link problem.answer problem.link problem.name problem.prevention problem.remedy problem.step problem.workaround mood_model.address mood_model.model
    provider.name provider.secrets provider.settings provider.trouble provider.trouble_why push_browser.agent push_browser.endpoint_hash push_browser.sealed
    answered_challenge.hash passkey.credential_id passkey.host passkey.name passkey.public_key passkey.transports sign_in_identity.subject
    sign_in_provider.claim sign_in_provider.client_id sign_in_provider.domains sign_in_provider.end_url sign_in_provider.issuer sign_in_provider.name
    sign_in_provider.role sign_in_provider.roles sign_in_provider.secret sign_in_way.browser_hash sign_in_way.secret sign_in_way.state sign_in_way.state_hash
    known_browser.token_hash session.company_token session.how workspace.sign_in session.agent session.csrf session.ip session.token_hash snippet.folder snippet.html snippet.name snippet.shortcut snippet.steps snippet.text snippet.variants
    schedule.name schedule.time_zone schedule.week schedule_calendar.address schedule_calendar.file schedule_calendar.name schedule_calendar.trouble schedule_closure.name schedule_exception.hours schedule_exception.name schedule_holiday.hours schedule_holiday.name schedule_holiday.rule
    webhook.address webhook.description webhook.sealed system_mail.body system_mail.name system_mail.subject team.name workspace.language workspace.name workspace.order_event counted_orders.event workspace.sample workspace.settings workspace.time_zone`,
};
