"""Other headings under which people keep the same column: `ALSO` means it, `PERHAPS` may mean it.

Compared after folding (see `columns.folded`): case, accents, punctuation, "(Y/N)" and blanks do not count.
"""

from collections.abc import Mapping


def _headings(lines: str) -> Mapping[str, tuple[str, ...]]:
    """Return the headings by field; each field begins a line with its id and a colon."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in lines.strip().replace("\n        ", " ").splitlines():
        field_id, _, headings = entry.strip().partition(": ")
        found[field_id] = tuple(heading.strip() for heading in headings.split(","))
    return found


ALSO: Mapping[str, tuple[str, ...]] = _headings(
    """
    case_owner: owner, case handler, handler, handled by, assigned to, assignee, allocated to,
        adviser, advisor, officer, case officer, case worker, caseworker, investigating officer,
        lead officer, responsible, responsible person, person responsible, owned by, owner name,
        name of case owner, staff member, member of staff, complaint owner, complaint handler, dealt
        with by, dealing with, taken by, who is dealing, case manager
    department: dept, team, service, service area, directorate, business unit, division, section,
        department name, department responsible, responsible department, responsible team, team
        responsible, dept responsible, area of business, department/team, team/department,
        department / service
    received_on: received, date complaint received, complaint received, date of receipt, receipt
        date, received date, received on, date recd, date rec'd, recd, rec'd, date rcvd, date
        logged, logged on, logged, date reported, reported on, date raised, raised on, date opened,
        opened, opened on, date of complaint, complaint date, date in, date of contact, contact
        date, date of call, date contacted, date issue received, date and time received, date/time
        received, received at, date submitted, date entered, date received by us, date case
        received, date case opened, date created, created, created on
    followed_up_on: followed up, date followed up, follow up date, date of follow up, follow-up,
        followed up on, date followed up with customer, followed up with customer, customer followed
        up, date customer followed up, follow up with customer, date follow up, date follow up
        completed, follow up completed, followed-up date, fu date, f/u date, date f/u, date of
        follow-up with customer, follow up call date, call back date, date called back, date of call
        back, date customer contacted back, date rang back
    resolved: resolved, resolved?, resolved and followed up, resolved & followed up, issue resolved,
        case resolved, complaint resolved, is it resolved, is resolved, closed?, case closed,
        complete?, completed, complete, done, done?, finished, sorted?, resolved and followed-up
        with customer, resolved/followed up, fully resolved, resolved followed up
    customer_name: customer, name of customer, client, client name, name of client, complainant,
        complainant name, name of complainant, tenant, tenant name, name of tenant, resident,
        resident name, name of resident, service user, service user name, contact name, customer's
        name, customers name, caller, caller name, member, member name, patient, patient name,
        customer full name, full name of customer, who complained, person complaining
    issue: issues, complaint, complaint details, details of complaint, details of issue, issue
        details, issue description, description of issue, description of complaint, complaint
        description, nature of complaint, nature of issue, description, what happened, problem,
        problem description, customer issue, details, summary of complaint, complaint summary, issue
        raised, issue reported, summary of issue, issue summary, reason for complaint, the issue,
        what is the issue, issue / complaint, issue or complaint, query, concern, concerns
    resolution: resolutions, how resolved, how was it resolved, resolution details, details of
        resolution, action taken, actions taken, action, actions, outcome, solution, response given,
        what we did, what was done, resolution / action taken, steps taken, resolution notes, how it
        was resolved, remedy, fix, resolution summary, resolution of issue, outcome of complaint,
        complaint outcome, resolution and outcome
    improvement_idea: improvement idea, improvement, improvements, proposed improvement, proposed
        improvements, idea, ideas, idea for improvement, ideas for improvement, suggested
        improvement, suggested improvements, improvement suggestion, improvement suggestions,
        suggestion for improvement, suggestions for improvement, proposed idea, improvement ideas,
        proposed improvement ideas, service improvement, service improvement idea, how could we
        improve, how can we improve, what could we do better, how to stop it happening again,
        prevention idea, suggestion, suggestions, improvement proposal, learning / improvement idea
    case_ref: ref, ref no, ref number, reference no, reference number, case ref, case reference,
        case no, case number, case id, id, complaint ref, complaint reference, complaint no,
        complaint number, complaint id, log no, log number, ticket, ticket no, ticket number, unique
        ref, urn, our ref, case, number, no, issue no, issue number, record no, record id, #
    channel: contact channel, contact method, method of contact, how received, how was it received,
        how contacted, received via, received by, source, how did they contact us, medium, route,
        method, channel of contact, complaint channel
    contact_type: type of contact, kind of contact, type of enquiry, enquiry type, contact kind,
        nature of contact, type of feedback, feedback type
    formal: formal, formal?, formal complaint, formal complaint?, is it formal, formal/informal,
        formal or informal
    complex: complex, complex?, complex case, complex case?, complex issue, is it complex
    passed_to: referred to, forwarded to, passed on to, escalated to, handed to, transferred to
    acknowledged_on: acknowledged, date of acknowledgement, acknowledgement date, acknowledgement
        sent, date acknowledgement sent, acknowledged on, ack date, date ack, date ack sent, ack
        sent, acknowledgement, date acknowledged to customer, acknowledged date
    responded_on: responded, response date, date of response, responded on, response sent, date
        response sent, date replied, reply date, date of reply, reply sent, replied on, date reply
        sent, final response date, date of final response, responded date
    resolved_on: resolved on, resolution date, date of resolution, resolved date, date issue
        resolved, date completed, completion date, completed on, date sorted, date of completion,
        date fixed
    closed_on: closed on, closed, date case closed, closing date, closure date, date of closure,
        case closed date, closed date, close date, date complaint closed
    stage: complaint stage, current stage, stage of complaint, stage number, stage no, case stage
    escalated_on: escalated, escalation date, date of escalation, escalated on, date escalated to
        stage 2, stage 2 date, escalated date
    appeal_received_on: appeal received, appeal date, date of appeal, appeal received on
    promised_on: promised, promised date, date promised, promised on, promised by, deadline given to
        customer, date customer was promised, date promised by
    extension_told_on: customer told of extension, date extension told, extension told, extension
        letter date, date customer told about extension, extension letter sent
    extension_reason: extension reason, why extended, reason extended
    paused_from: on hold from, pause from, hold from, date paused, paused on, date put on hold,
        pause start
    paused_until: on hold until, pause until, hold until, date resumed, pause end, paused to
    pause_decided_by: paused by, pause approved by, pause authorised by, who paused it
    last_contact_on: last contact, last contact date, date last contacted, last contacted, last
        update, date of last update, last updated customer, date last updated, last spoken to, date
        of last contact with customer
    contact_log: contact history, log of contact, log of contacts, calls log, call log, contacts,
        contact notes, chronology, log of calls
    confirmed_by: confirmed with customer by, who confirmed, checked by, signed off by, verified by
    confirmed_on: confirmed, confirmed on, confirmation date, date of confirmation, date signed off,
        sign off date
    handled_fairly: handled fairly, was it handled fairly, treated fairly, fairly handled, complaint
        handled fairly, was your complaint handled fairly
    happy_with_outcome: happy with outcome, happy with the outcome, satisfied with outcome,
        satisfaction, customer satisfied, customer satisfied?, satisfaction with outcome, customer
        happy, customer happy?, customer satisfaction, satisfaction score
    goodwill_kind: goodwill, goodwill type, type of goodwill, goodwill gesture, gesture of goodwill,
        kind of goodwill, gesture
    goodwill_amount: goodwill amount, goodwill payment, goodwill value, amount of goodwill,
        compensation, compensation paid, compensation amount, amount paid, goodwill cost, value of
        goodwill, compensation £, goodwill payment amount
    failure_cost: cost of failure, failure cost, cost, cost to us, cost of putting right, cost of
        complaint, total cost
    theme: themes, complaint theme, topic, subject, issue theme
    root_cause: cause, root causes, underlying cause, cause of complaint, reason it happened
    lesson: lesson, lessons, lessons learnt, lessons learned, lesson learned, learning, learning
        point, learning points, learning outcome
    training_need: training, training needs, training needed, training required, training need
        identified, training issue
    representative: rep, advocate, representative name, name of representative, acting for customer,
        representative of customer
    consent_on: consent date, date of consent, consent given, consent received, date consent
        received, consent given on
    language: language, preferred language, translation needed, interpreter, language required
    closing_reason: closing reason, closure reason, reason closed, reason for closure, reason case
        closed, why closed
    upheld: upheld?, complaint upheld, complaint upheld?, upheld / not upheld, decision, finding,
        upheld or not
    category: categories, complaint category, type, complaint type, type of complaint, issue type,
        type of issue, category of complaint, issue category, classification
    risk: risk, legal risk, financial risk, legal or financial risk, risk level, risk rating
    service_failure: service failure, service failure?, our fault, our fault?, service failing
    person_complained_about: staff complained about, complained about, complaint about, person
        complained of, staff member complained about, subject of complaint, employee complained
        about, who the complaint is about
    converted_on: converted to formal, date converted, converted on, date made formal, formal on,
        date became formal complaint
    passed_on: passed on, date referred, referred on, date forwarded, date passed to department,
        date transferred, date passed
    investigated_on: investigated, investigation date, date of investigation, investigated on,
        investigation completed, date investigation completed
    lessons_on: lessons review, lessons review date, date lessons reviewed, lessons reviewed,
        learning review date
    holding_reply_on: holding reply, holding reply date, holding letter date, holding reply sent,
        date holding letter sent, holding response date
    extended_to: extended until, extended deadline, new deadline, extension to, extended date,
        revised deadline, date extended to
    resolution_accepted_on: resolution accepted, accepted on, date accepted, date customer accepted,
        outcome accepted on
    written_response_on: written response, written response date, written response sent, date
        written response sent, letter sent, date letter sent, response letter date
    director_followed_up_on: director followed up, director follow up, director follow up date, date
        of director follow up, director called
    stage_2_owner: stage 2 owner, stage 2 handler, stage two owner, stage 2 officer, stage 2 case
        owner
    stage_2_acknowledged_on: stage 2 acknowledged, stage 2 acknowledgement date, date stage 2
        acknowledgement sent, stage 2 acknowledged on
    stage_2_responded_on: stage 2 responded, stage 2 response date, date stage 2 response sent, date
        of stage 2 response, stage 2 responded on
    appeal_panel_on: appeal panel, panel date, appeal panel date, date of panel, appeal hearing date
    snooze_until: snooze, snoozed until, remind me on, do not chase until
    checked: checked?, accepted as right, checked and right, reviewed and right
    """
)

# Used only where no other column claims the field and the cells fit it; always said.
PERHAPS: Mapping[str, tuple[str, ...]] = _headings(
    """
    case_owner: name of staff, staff, staff name, who, lead, colleague, agent, employee
    department: office, location
    received_on: date, complaint made, date of issue, date of incident, day, start date, when
    followed_up_on: contacted, date contacted customer, contacted on, date of contact with customer,
        called back, rang back, feedback date, date fed back
    resolved: status, case status, complaint status, open/closed, open or closed, closed, resolved
        by
    customer_name: name, surname, full name, contact, customer details
    issue: comments, summary, reason, feedback, complaint / comment, subject
    resolution: response, result, reply, answer, follow up action, feedback to customer
    improvement_idea: recommendation, recommendations, improve, what next, proposal, proposed
        change, proposed solution
    resolved_on: resolved, completed, done
    closed_on: case closed
    """
)
