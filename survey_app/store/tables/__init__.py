"""Every table, so that importing this package knows the whole schema."""

from survey_app.store.tables.accounts import (
    Account,
    ApiToken,
    AuditEvent,
    LoginFailure,
    LoginSession,
    Role,
    RoleGrant,
)
from survey_app.store.tables.base import Base
from survey_app.store.tables.evidence import (
    Erasure,
    ErasureState,
    FollowUp,
    HeadLetter,
    InterimStep,
    Publication,
    Seal,
    SigningKey,
)
from survey_app.store.tables.places import Agency, Service, Unit
from survey_app.store.tables.responses import (
    Comment,
    CommentReview,
    CommentState,
    Contact,
    IngestStats,
    Receipt,
    Response,
    Ticket,
    TicketLot,
)
from survey_app.store.tables.surveys import (
    Channel,
    InstrumentVersion,
    Link,
    ServicePlan,
    Survey,
    SurveyState,
)

__all__ = [
    "Account",
    "Agency",
    "ApiToken",
    "AuditEvent",
    "Base",
    "Channel",
    "Comment",
    "CommentReview",
    "CommentState",
    "Contact",
    "Erasure",
    "ErasureState",
    "FollowUp",
    "HeadLetter",
    "IngestStats",
    "InstrumentVersion",
    "InterimStep",
    "Link",
    "LoginFailure",
    "LoginSession",
    "Publication",
    "Receipt",
    "Response",
    "Role",
    "RoleGrant",
    "Seal",
    "Service",
    "ServicePlan",
    "SigningKey",
    "Survey",
    "SurveyState",
    "Ticket",
    "TicketLot",
    "Unit",
]
