"""How each sign-in by token is set up, step by step, and what of it has never been tried live."""

from collections.abc import Mapping

_REGISTER = (
    "IT, in entra.microsoft.com: App registrations, New registration, for this organisation only. Note the "
    "Application (client) ID as `client_id` and the Directory (tenant) ID as `tenant`."
)
_PUBLIC = "IT, in the app: Authentication, Allow public client flows: Yes."
_CREDENTIAL = (
    "IT, in the app: Certificates & secrets, New client secret. Put its value (not its ID) into a file "
    "that only "
    "you can read, named as `password_file`, or into the variable COMPLAINTS_MAIL_PASSWORD. Note when it "
    "ends."
)
_SMTP_ON = (
    "IT, in admin.microsoft.com: the mailbox, Mail, Manage email apps: switch on Authenticated SMTP and IMAP."
)
_PRINCIPAL = (
    "IT, in Exchange Online PowerShell: New-ServicePrincipal -AppId CLIENT_ID -ObjectId OBJECT_ID, where "
    "OBJECT_ID "
    "is that of the app under Enterprise applications."
)
_SIGN_IN = "You: complaints-sheet outbox sign-in, once; sign in as the mailbox, not as yourself."
_TEST = "You: complaints-sheet doctor --send-test YOUR-ADDRESS"
_PROJECT = "IT, in console.cloud.google.com: make a project, and enable the Gmail API under APIs & Services."

RECIPES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("smtp", "microsoft"): (
        _REGISTER,
        _PUBLIC,
        "IT, in the app: API permissions, Microsoft Graph, Delegated: SMTP.Send, IMAP.AccessAsUser.All and "
        "offline_access; then Grant admin consent.",
        _SMTP_ON,
        "You, in config.yaml: kind: smtp, host: smtp.office365.com, auth: microsoft, tenant, client_id, and "
        "journal: {host: outlook.office365.com}",
        _SIGN_IN,
        _TEST,
    ),
    ("smtp", "microsoft-app"): (
        _REGISTER,
        _CREDENTIAL,
        "IT, in the app: API permissions, Office 365 Exchange Online, Application: SMTP.SendAsApp and "
        "IMAP.AccessAsApp; then Grant admin consent.",
        _PRINCIPAL,
        "IT, there too: Add-MailboxPermission -Identity MAILBOX -User OBJECT_ID -AccessRights FullAccess. "
        "Only this "
        "mailbox is opened to the app.",
        _SMTP_ON,
        "You, in config.yaml: kind: smtp, host: smtp.office365.com, auth: microsoft-app, tenant, "
        "client_id, and "
        "journal: {host: outlook.office365.com}",
        _TEST,
    ),
    ("graph", "microsoft"): (
        _REGISTER,
        _PUBLIC,
        "IT, in the app: API permissions, Microsoft Graph, Delegated: Mail.Send, Mail.Read and "
        "offline_access; then "
        "Grant admin consent.",
        "You, in config.yaml: kind: graph, auth: microsoft, tenant, client_id, sender. Sent Items are the "
        "journal.",
        _SIGN_IN,
        _TEST,
    ),
    ("graph", "microsoft-app"): (
        _REGISTER,
        _CREDENTIAL,
        _PRINCIPAL,
        "IT, there too, so that the app reaches this mailbox alone (RBAC for Applications): "
        "New-ManagementScope -Name "
        "Robot -RecipientRestrictionFilter \"PrimarySmtpAddress -eq 'MAILBOX'\"",
        "IT, twice, with Mail.Send and with Mail.Read: New-ManagementRoleAssignment -App OBJECT_ID -Role "
        '"Application Mail.Send" -CustomResourceScope Robot. It may take two hours to count.',
        "You, in config.yaml: kind: graph, auth: microsoft-app, tenant, client_id, sender. Sent Items are "
        "the journal.",
        _TEST,
    ),
    ("smtp", "google"): (
        _PROJECT,
        "IT, there too: OAuth consent screen, Internal (an app in Testing signs out after 7 days); "
        "Credentials, Create "
        "OAuth client ID, Desktop app; download the JSON file and name it as `key_file`.",
        "You, in config.yaml: kind: smtp, host: smtp.gmail.com, auth: google, key_file, and "
        "journal: {host: imap.gmail.com}",
        "You, on a computer with a browser: complaints-sheet outbox sign-in, once; sign in as the mailbox.",
        _TEST,
    ),
    ("smtp", "google-service"): (
        _PROJECT,
        "IT, there too: IAM & Admin, Service Accounts, Create; Keys, Add key, JSON. Keep the file where "
        "only you can "
        "read it, and name it as `key_file`.",
        "IT, in admin.google.com: Security, Access and data control, API controls, Domain-wide "
        "delegation: add the "
        "account's client ID with the scope https://mail.google.com/",
        "You, in config.yaml: kind: smtp, host: smtp.gmail.com, auth: google-service, key_file, user, and "
        "journal: {host: imap.gmail.com}",
        _TEST,
    ),
}
"""The steps of each set-up, by `kind` and `auth`; as the providers had it in November 2026."""

NEVER_TRIED = (
    "A live account at Microsoft 365 or Google: every token, refusal and limit was tried only against "
    "small services "
    "of our own that answer as the providers' documents say.",
    "Whether Exchange keeps our header or Message-ID on what Graph sends, by which its copy in Sent Items is "
    "found again: `doctor --send-test` shows it. If no copy is found, mail of unknown outcome is held, "
    "never repeated.",
    "National clouds of Microsoft (`authority`, `graph`): their mail servers may want other permissions "
    "by SMTP.",
    "Several programs that send from one mailbox at once: Microsoft allows three connections, and this "
    "program "
    "keeps to one for each of its processes.",
)
"""What has only been tried against servers of our own, or not at all."""
