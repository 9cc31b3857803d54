"""Find out from what a model's server said, or from a connection that failed, what went wrong."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable

from email_assistant.errors import ModelError, ModelInputTooLong, ModelNotFound, ModelRefused
from email_assistant.writing.failures import Failures, NoCredit
from email_assistant.writing.refusal import Refusal


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


_TOO_LARGE = _words(
    r"request too large|too large for (?:model|the)|(?:tokens|TPM).{0,60}requested.{0,60}must be reduced"
)
# Servers differ in their codes for "too long"; all say one of these.
_TOO_LONG = _words(
    r"context.?(length|window|size|overflow)|maximum.{0,20}(context|tokens|input)"
    r"|max[_-](model|seq|context|input)[_-]len|too many (input )?tokens"
    r"|(input|prompt|sequence|token|message)s? length.{0,20}(should be|exceed|longer|limit|range)"
    r"|range of input length|exceeds? (the )?max(imum)?( allowed)?( input)? length"
    r"|longer than the (maximum|model|context)|must be at least 1, got -\d|tokens? \d+ ?>"
    r"|超长|长度.{0,8}(超过|超出|过长)|(超过|超出).{0,12}(长度|上下文|token)"
    r"|(prompt|input|request|messages?).{0,40}too (long|large|big)"
    r"|exceed\w*.{0,40}(context|token|input length)"
    r"|must have less than \d+ tokens|tokens?\b.{0,40}must be (?:<|less)|reduce the length|\bn_ctx\b"
    r"|tokens to keep|larger context|string_above_max_length"
)
_OUTPUT = _words(r"max_(?:completion_|output_)?tokens|max_new_tokens|maxOutputTokens|completion tokens")
_FILTERED = _words(
    r"content.?(filter|policy|management)|moderation|invalid_prompt|flagged|responsibleai"
    r"|data_inspection_failed"
    r"|inappropriate content|safety (system|setting|filter)|prohibited_content"
    r"|guardrail|prompt shield|content exists risk|high.?risk|usage (policy|policies|guidelines)"
    r"|violat\w+.{0,40}(policy|policies|guidelines|terms)|敏感|不安全|违规|违反"
)
_REGION = _words(
    r"unsupported_country|(country|region|territory|location).{0,30}not (supported|available)"
    r"|not available in your"
)
_NO_CREDIT = _words(
    r"insufficient[_ ](?:[a-z]+[_ ])?(quota|balance|credits?|funds)|(credit|account) balance"
    r"|balance.{0,20}(insufficient|negative|too low|exhausted|empty)"
    r"|(no|out of|not enough) (credits?|balance|funds)|arrear|overdue|good standing"
    r"|add (more )?(credits?|funds)|(used|spent|exhausted).{0,20}credits"
    r"|billing.{0,30}(not|enable|disabled)"
    r"|余额|餘額|欠费|充值|额度.{0,4}(不足|用尽|已用完)|残高|クレジット|잔액|недостаточно средств|баланс"
    r"|guthaben|saldo|(solde|crédits?).{0,8}(insuffisant|épuisé)|fondos insuficientes|créditos?"
    r"|payment required|billing.{0,20}(hard limit|not active|inactive)|spending limit|requires more credits"
    r"|recharge|top up"
)
_RATE = _words(
    r"per.?(second|minute|min|hour|day)\b|\b(RPM|TPM|RPD|TPD)\b|retry in|try again in|retryinfo|rate.?limit"
    r"|too many requests"
)
_QUOTA = _words(
    r"current quota|check your plan|quota exceeded|exceeded your quota|credit|billing"
    r"|quota (is )?exhausted|(monthly|usage) limit|upgrade your plan"
)
_PER_DAY = _words(r"per.?day\b|\b(RPD|TPD)\b|daily")
_BUSY = _words(
    r"overloaded|resource.?exhausted|at capacity|no capacity|queue is full|server (is )?busy"
    r"|engine_overloaded|throttl|tier capacity|queue (is )?(full|time)|rate.?limit"
    r"|(workers|servers|engines?|slots|replicas)( are| is)? (all )?busy|concurren\w+ (limit|request)"
    r"|too many (concurrent |pending )?requests|\b[RT]P[MD] limit|please wait before|频繁|繁忙|负载"
)
_THROTTLED = _words(r"throttl|please wait before")
_KEY = _words(
    r"(invalid|incorrect|missing|wrong|expired|no).{0,12}(api.?key|auth|credential|token\b)"
    r"|api.?key.{0,20}(not valid|invalid|required|missing)"
    r"|(token|key)( has| is)? (expired|invalid|revoked)|无效.{0,6}(key|令牌|密钥)"
    r"|(令牌|密钥).{0,4}(无效|过期)"
    r"|invalid subscription key|unauthorized|unauthenticated|authentication.?(error|failed|required)"
)
_NO_ACCESS = _words(
    r"(not have|no|without).{0,10}access to.{0,20}model|model.{0,60}(no|not have).{0,6}access"
    r"|model_not_allowed|model.{0,40}(access (is )?denied|not allowed (for|to)|gated)|request access"
    r"|not allowed to access.{0,10}model|access to (the )?model.{0,10}denied|accept the licen[sc]e"
)
_OTHER_KIND = _words(
    r"only supported in v1/(responses|completions)|not a chat model"
    r"|not (supported )?in the v1/chat/completions"
    r"|does not support chat|embedding model|(use|supported in).{0,10}v1/responses"
)
_NO_MODEL = _words(
    r"model_?not_?found|(models?|deployment)\b.{0,80}(not.?found|does ?n.t exist|not exist|not available"
    r"|not loaded|is unknown|decommissioned)"
    r"|deploymentnotfound|(invalid|unknown|no such|no).{0,3}[_ ]model|not a valid model"
    r"|no models? (are )?loaded|no endpoints found"
    r"|model.{0,40}(is )?not supported|no available channel|无可用渠道|模型.{0,6}不存在|不存在.{0,4}模型"
    r"|unsupported model|(find|named|deployed) model|function.{0,60}not found"
    r"|model.{0,40}(not (served|installed|currently available)|identifier is invalid)"
    r"|model.{0,20}been (retired|deprecated)"
    r"|models are available|(provide|specify) a model|model.{0,20}(parameter )?is (required|missing)"
)
_MEMORY = _words(
    r"more (system )?memory|out.?of.?memory|\bOOM\b|unable to allocate|insufficient (system )?memory"
    r"|not enough memory|cudamalloc"
    r"|failed to load (the )?model|error loading model|runner (process )?(has )?terminated"
)
_LOADING = _words(
    r"(loading|starting|initializing|warming up|waiting for).{0,25}(model|server|weights)|model.{0,60}(is "
    r"|currently |being |still )+load"
    r"|warming up|not ready|model_loading|cold.?start|^loading$|not loaded yet|too early"
    r"|model.{0,30}(starting|downloading|swap)|scal(?:ing|ed).{0,8}(from|to) zero"
    r"|(engine|endpoint|server|runner|instance|replica)s?.{0,20}(starting|initiali[sz]ing)"
    r"|(正在|模型)加载"
)
_UNVERIFIED = _words(r"organization must be verified|must be verified to")
_NO_SYSTEM = _words(
    r"system.{0,30}(role|message|prompt|instruction)|role.{0,30}system|developer instruction"
    r"|roles must alternate"
)
_NO_ROUTE = _words(
    r"page not found|unexpected endpoint|no route|not found: |resource not found|^not found$|unknown (url"
    r"|endpoint|path)|cannot post"
    r"|path not found|route not found|unknown request url|api.version|http method"
    r"|^(http 404 )?not[ _]found(_error)?$"
    r"|invalid url|method not allowed|no such (route|endpoint)|unrecognized request url"
)
_NOT_HTTP = {
    "ClientResponseError",
    "BadHttpMessage",
    "BadStatusLine",
    "LineTooLong",
    "RemoteProtocolError",
    "ContentTypeError",
}


def diagnose(refusal: Refusal, failures: Failures) -> ModelError:
    """Return the error for what a server said: by its words first, then by its status."""
    status = refusal.status
    if status == 429:
        return _too_many(refusal, failures)
    if status == 407:
        return failures.proxy_needs_sign_in()
    known = _by_words(refusal, failures)
    if known:
        return known
    if status is None:
        return failures.server_error()
    if is_loading(refusal):
        return failures.loading()
    by_status: dict[int, Callable[[], ModelError]] = {
        401: lambda: failures.rejected_key(refusal),
        402: failures.no_credit,
        403: failures.blocked_on_the_way if refusal.is_page else lambda: failures.rejected_key(refusal),
        404: failures.no_model if refusal.is_json and refusal.words else failures.wrong_address,
        405: failures.wrong_address,
        408: failures.timed_out,
        410: failures.no_model,
        420: lambda: _busy(refusal, failures),
        413: failures.too_long,
        498: lambda: _busy(refusal, failures),
        501: failures.wrong_address,
    }
    if status in by_status:
        return by_status[status]()
    if 300 <= status < 400:
        return failures.moved()
    return failures.server_error(f" (status {status})") if status >= 500 else failures.not_accepted(status)


def is_hopeless(refusal: Refusal, failures: Failures) -> bool:
    """Return whether the same request need not be sent again soon."""
    final = NoCredit | ModelInputTooLong | ModelNotFound | ModelRefused
    return is_loading(refusal) or isinstance(diagnose(refusal, failures), final)


def is_loading(refusal: Refusal) -> bool:
    """Return whether the server only needs time, because it loads the model."""
    return (
        refusal.status in {503, 502, 500, 425, 409}
        and (refusal.status == 425 or bool(_LOADING.search(refusal.words)))
        and not _MEMORY.search(refusal.words)
    )


def _by_words(refusal: Refusal, failures: Failures) -> ModelError | None:  # noqa: PLR0912 - a table
    words, status = refusal.words, refusal.status
    if not words:
        return None
    if _TOO_LARGE.search(words):
        return failures.too_large()
    if failures.limits_output and _OUTPUT.search(words) and not _words("context").search(words):
        return failures.output_limit()
    if _THROTTLED.search(words):
        return _busy(refusal, failures)
    if _TOO_LONG.search(words):
        return failures.too_long()
    if _FILTERED.search(words):
        return failures.refused()
    if _REGION.search(words):
        return failures.not_in_region()
    if _NO_CREDIT.search(words) and not _RATE.search(words) and not _UNVERIFIED.search(words):
        return failures.no_credit()
    if _UNVERIFIED.search(words):
        return failures.unverified()
    if _OTHER_KIND.search(words):
        return failures.no_chat_model()
    if _NO_ACCESS.search(words):
        return failures.no_access()
    if is_loading(refusal):
        return failures.loading()
    if _NO_MODEL.search(words):
        return failures.no_model()
    if _MEMORY.search(words):
        return failures.too_little_memory()
    if _NO_SYSTEM.search(words):
        return failures.template_mismatch()
    if _KEY.search(words) and status not in {404}:
        return failures.rejected_key(refusal)
    if _BUSY.search(words) or (status is None and _RATE.search(words)):
        return _busy(refusal, failures)
    if status in {None, 404, 405, 400} and _NO_ROUTE.search(words):
        return failures.wrong_address()
    return None


def _too_many(refusal: Refusal, failures: Failures) -> ModelError:
    words = refusal.words
    if _TOO_LARGE.search(words):
        return failures.too_large()
    paid = _NO_CREDIT.search(words) or (_QUOTA.search(words) and not _RATE.search(words))
    return (
        failures.no_credit()
        if paid and not re.search(r"per.?minute", words, re.IGNORECASE)
        else _busy(refusal, failures)
    )


def _busy(refusal: Refusal, failures: Failures) -> ModelError:
    if refusal.retry_after is None and _PER_DAY.search(refusal.words):
        return failures.at_daily_limit()
    return failures.busy(refusal.retry_after)


def diagnose_connection(error: BaseException, failures: Failures) -> ModelError:
    """Return the error for a request that got no answer."""
    causes = list(_causes(error))
    if any(
        isinstance(cause, ssl.SSLCertVerificationError) or "certificate" in type(cause).__name__.lower()
        for cause in causes
    ):
        return failures.untrusted_certificate()
    if any(isinstance(cause, ssl.SSLError) or "SSL" in type(cause).__name__ for cause in causes):
        return failures.no_tls()
    if not failures.proxy and any(type(cause).__name__ in _NOT_HTTP for cause in causes):
        return failures.no_http()
    return failures.unreachable()


def _causes(error: BaseException) -> list[BaseException]:
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause and cause not in causes:
        causes.append(cause)
        inner = getattr(cause, "certificate_error", None) or getattr(cause, "os_error", None)
        cause = cause.__cause__ or cause.__context__ or (inner if isinstance(inner, BaseException) else None)
    return causes
