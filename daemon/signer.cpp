#include "daemon/signer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "apdu/errors.hpp"
#include "apdu/status_word.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/adopted_level.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/level_guard.hpp"
#include "daemon/floor/refusal_text.hpp"
#include "daemon/floor/reveal.hpp"
#include "daemon/mark_keeper.hpp"
#include "driver/base/crash_point.hpp"

namespace ledger_bridge::daemon {

namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

// Not above the mark that the device has, so it was that mark.
Error mark_refused(const Ruling& ruling, const floor::KnownMarks& marks) {
    auto text = floor::refusal_text(ruling.payload, floor::Refuser::device, marks);
    return ruling.signed_before ? fail(Errc::signature_lost, std::move(text))
                                : fail(floor::Errc::device_watermark, std::move(text));
}

// Its word for a mark is also that for data which is not valid.
Error above_mark_refused(const Error& error,
                         const floor::Payload& payload,
                         const floor::KnownMarks& marks) {
    auto text =
        fmt::format("{} level {} and round {} is above the device's mark as far as it is known; {}",
                    floor::kind_name(payload.kind),
                    payload.level.value,
                    payload.round.value,
                    floor::marks_text(marks));
    return {error.code, std::move(text)};
}

// A device whose signature does not fit is not to be trusted as it is.
Result<void> check_signature(DeviceSession& session,
                             const apdu::PublicKey& key,
                             const apdu::Digest& digest,
                             const apdu::Signature& signature) {
    if (apdu::verify(key, digest, signature)) {
        return {};
    }
    session.observe(fail(apdu::Errc::malformed_answer));
    return fail(Errc::wrong_signature, fmt::format("for key {}", key.hash().text()));
}

// A connection that failed, or the deadline of somebody who asked for these bytes before others.
bool worth_repeating(const Error& error) {
    return state_after(error) == SessionState::lost ||
           error.code == make_error_code(Errc::deadline_passed);
}

}  // namespace

Signer::Signer(SignerOptions options,
               DeviceSession& session,
               floor::StoreThread& store,
               const Clock& clock,
               Report report)
    : options_(std::move(options)),
      session_(session),
      store_(store),
      clock_(clock),
      pauses_(clock),
      report_(std::move(report)) {}

Result<Ruling> Signer::rule(const apdu::KeyHash& key,
                            ByteView message,
                            const apdu::ChainId& device_chain) const {
    if (const auto allowed = check_magic_byte(options_.policy, message); !allowed) {
        return operation_refused(key, message, allowed.error());
    }
    if (message.front() == floor::kOperationMagic) {
        return rule_operation(key, message, device_chain);
    }
    const auto payload = floor::parse_payload(message);
    if (!payload) {
        return payload.error();
    }
    if (const auto allowed = check_chain(options_.policy, payload->chain, device_chain); !allowed) {
        return allowed.error();
    }
    if (store_.handed_over()) {
        return fail(floor::Errc::handed_over);
    }
    const floor::MarkKey mark{key, payload->chain, payload->kind};
    const auto known = known_marks(mark);
    const auto verdict = floor::decide(*payload, known);
    if (!verdict) {
        return verdict.error();
    }
    if (*verdict == floor::Verdict::repeat) {
        return Ruling{*payload, mark, known, known.signed_mark->signature, true};
    }
    if (const auto allowed = check_level(mark, payload->level, device_chain); !allowed) {
        return allowed.error();
    }
    return Ruling{*payload, mark, known, std::nullopt, *verdict == floor::Verdict::ask_again};
}

Result<Ruling> Signer::rule_operation(const apdu::KeyHash& key,
                                      ByteView message,
                                      const apdu::ChainId& device_chain) const {
    const auto digest = floor::parse_reveal(message, key);
    if (!digest) {
        return operation_refused(key, message, fail(Errc::kind_refused, digest.error().detail));
    }
    if (const auto allowed = check_reveal(device_chain); !allowed) {
        return allowed.error();
    }
    if (store_.handed_over()) {
        return fail(floor::Errc::handed_over);
    }
    Ruling ruling;
    ruling.payload.digest = *digest;
    ruling.reveal = true;
    return ruling;
}

// The baker never asks twice, so a cable that was pulled and put back is made up for here. The
// same bytes cannot be a double, and a device that has signed them already refuses them.
Result<apdu::Signature> Signer::sign(const SignJob& job, const Pause& pause) {
    auto result = sign_once(job, pause);
    while (!result && worth_repeating(result.error()) && session_.can_wait() &&
           !job.deadline().passed()) {
        result = sign_once(job, pause);
    }
    return result;
}

Result<apdu::Signature> Signer::sign_once(const SignJob& job, const Pause& pause) {
    const auto& request = job.request();
    if (const auto ready = session_.wait_until_ready(job.deadline(), pause); !ready) {
        return ready.error();
    }
    const auto device = serving_device(request.key);
    if (!device) {
        return device.error();
    }
    const auto ruling = rule(request.key, request.message, device->marks.chain);  // 1 to 4
    if (!ruling) {
        return ruling.error();
    }
    if (ruling->stored) {
        return *ruling->stored;
    }
    if (job.deadline().passed()) {
        return fail(Errc::deadline_passed, "it was not sent to the device");
    }
    if (ruling->reveal) {
        return sign_reveal(request, *ruling, *device->key);
    }

    const auto& payload = ruling->payload;
    crash_point("sign_ruled");
    auto commit = store_.commit(  // 5: side by side with the device
        ruling->mark,
        {payload.level, payload.round},
        payload.digest,
        clock_.wall(),
        session_.snapshot()->device);
    crash_point("commit_asked");
    const auto sent = clock_.now();
    auto signature = ask_device(request, *ruling);
    const auto answered = clock_.now();
    crash_point("device_answered");

    if (const auto durable = wait_for(commit); !durable) {  // 6: both, or nothing leaves
        const auto refused = not_committed(durable.error(), ruling->mark);
        adopt_from_device();
        return refused;
    }
    crash_point("commit_awaited");
    if (!signature) {
        return signature.error();
    }
    if (const auto right = check_signature(session_, *device->key, payload.digest, *signature);
        !right) {
        return right.error();
    }

    crash_point("signature_verified");
    store_.record_signature(ruling->mark, payload.digest, *signature);  // 7
    crash_point("signature_recorded");
    report_({request.key, payload, answered - sent, clock_.now() - request.received});
    return signature;
}

// It uses no level, so there is nothing to commit; but the device forgets what it signed at a mark,
// so that level is given up first. Twice signed it is the same signature.
Result<apdu::Signature> Signer::sign_reveal(const SignRequest& request,
                                            const Ruling& ruling,
                                            const apdu::PublicKey& key) {
    if (const auto kept = keep_forgotten_level(); !kept) {
        return kept.error();
    }
    auto signature = ask_device(request, ruling);
    if (!signature) {
        return signature;
    }
    if (const auto right = check_signature(session_, key, ruling.payload.digest, *signature);
        !right) {
        return right.error();
    }
    spdlog::info("signed a reveal of {} total {:.1f} ms",
                 request.key.text(),
                 Milliseconds(clock_.now() - request.received).count());
    return signature;
}

Result<void> Signer::keep_forgotten_level() {
    const auto reading = reading_of(*session_.snapshot()->facts, clock_.wall());
    auto kept = store_.adopt_before_operation(*reading);
    if (kept.wait_for(kAdoptTime) != std::future_status::ready) {
        return fail(Errc::store_not_ready, "a level could not be saved in time");
    }
    return kept.get();
}

// The device's own mark counts only while we are connected: another device may come back.
floor::KnownMarks Signer::known_marks(const floor::MarkKey& mark) const {
    floor::KnownMarks known;
    known.signed_mark = store_.find(mark);
    const auto session = session_.snapshot();
    if (session->serves() && session->facts->key && session->facts->key->hash() == mark.key) {
        const auto& device = floor::covering_mark(session->facts->marks, mark.chain);
        known.device = floor::Position{device.level, device.round};
    }
    if (const auto adopted = store_.adopted(mark.key, mark.chain)) {
        known.adopted = adopted->level;
        known.adopted_from = adopted->origin;
    }
    return known;
}

// The device has one mark for several chains, so a level on any of them counts.
Result<void> Signer::check_level(const floor::MarkKey& mark,
                                 apdu::Level level,
                                 const apdu::ChainId& device_chain) const {
    floor::GuardFacts facts;
    facts.slack = options_.max_level_jump;
    facts.block_time = options_.block_time;
    const auto main = floor::main_scope(device_chain);
    const auto scope = main.covers(mark.chain) ? main : *floor::test_scope(device_chain);
    for (const auto& [key, row] : store_.marks()) {
        if (key.key == mark.key && scope.covers(key.chain)) {
            facts.count_signed(row.position.level, pauses_.since(row.time, row.made));
        }
    }
    for (const auto& row : store_.adopted()) {
        if (row.key == mark.key && row.scope.meets(scope)) {
            facts.count_adopted(row.level, pauses_.since(row.time, row.noticed));
        }
    }
    if (const auto head = options_.head(mark.chain)) {
        facts.head = head->level;
        facts.head_age = head->age;
    }
    return floor::level_guard(level, facts);
}

Result<DeviceFacts> Signer::serving_device(const apdu::KeyHash& key) const {
    const auto session = session_.snapshot();
    if (!session->facts || !session->facts->key) {
        return state_error(SessionState::unauthorised);
    }
    if (session->facts->key->hash() != key) {
        return fail(Errc::unauthorised,
                    fmt::format("it is authorised for {}", session->facts->key->hash().text()));
    }
    if (store_.state() != "ok") {
        return fail(Errc::store_not_ready, store_.state());
    }
    return *session->facts;
}

Result<apdu::Signature> Signer::ask_device(const SignRequest& request, const Ruling& ruling) {
    const auto app = session_.app();
    if (!app) {
        return app.error();
    }
    const auto facts = *session_.snapshot()->facts;
    session_.enter(SessionState::busy);
    const auto answer = (*app)->sign(
        *facts.authorized, request.message, Deadline::after(clock_, options_.device_time));
    if (!answer) {
        after_refusal(answer.error());
        return device_refused(answer.error(), ruling);
    }
    if (ruling.reveal) {
        session_.identify_again();  // the app lowers the round of a mark
    } else {
        note_signed(ruling.payload);
        session_.enter(SessionState::ready);
    }
    return answer->signature;
}

// A refusal says that our idea of the marks was wrong, so they are read at once. Another word than
// that of the watermark may come after the mark has moved for us.
void Signer::after_refusal(const Error& error) {
    if (state_after(error)) {
        session_.observe(error);
        return;
    }
    session_.enter(SessionState::ready);
    if (error.code != make_error_code(apdu::StatusWord::watermark_or_bad_data)) {
        session_.identify_again();
    }
    const Deadline deadline = Deadline::after(clock_, std::chrono::seconds{2});
    session_.step(deadline);
}

// Goes by the marks that were read after the refusal: those known before allowed the message.
Error Signer::device_refused(const Error& error, const Ruling& ruling) const {
    if (ruling.reveal || error.code != make_error_code(apdu::StatusWord::watermark_or_bad_data)) {
        return error;
    }
    auto marks = ruling.known;
    const auto facts = session_.snapshot()->facts;
    const auto& device = floor::covering_mark(facts->marks, ruling.mark.chain);
    marks.device = floor::Position{device.level, device.round};
    return floor::position_of(ruling.payload) <= *marks.device
               ? mark_refused(ruling, marks)
               : above_mark_refused(error, ruling.payload, marks);
}

// The store knows its own mark alone.
Error Signer::not_committed(const Error& error, const floor::MarkKey& mark) const {
    if (error.code != make_error_code(floor::Errc::commit_conflict)) {
        return error;
    }
    return {error.code, error.detail + ", " + floor::device_mark_text(known_marks(mark).device)};
}

// The device has moved its mark for a message that the store does not hold: not ready until what
// the device says then is taken over.
void Signer::adopt_from_device() {
    if (session_.snapshot()->serves()) {
        session_.identify_again();
    }
}

void Signer::note_signed(const floor::Payload& payload) {
    auto marks = session_.snapshot()->facts->marks;
    auto& mark = floor::main_scope(marks.chain).covers(payload.chain) ? marks.main : marks.test;
    mark = {payload.level, payload.round};
    session_.set_marks(marks);
}

Result<void> Signer::wait_for(std::future<Result<void>>& commit) const {
    if (commit.wait_for(options_.commit_time) != std::future_status::ready) {
        return fail(floor::Errc::store_unavailable,
                    "the watermark was not on the disk in time; the signature was destroyed");
    }
    return commit.get();
}

}  // namespace ledger_bridge::daemon
