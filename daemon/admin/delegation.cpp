#include "daemon/admin/delegation.hpp"

#include <fmt/format.h>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/facts_json.hpp"
#include "daemon/admin/prompts.hpp"
#include "daemon/admin/screens.hpp"
#include "daemon/errors.hpp"
#include "daemon/floor/delegation.hpp"
#include "daemon/floor/errors.hpp"
#include "daemon/floor/reveal.hpp"

namespace ledger_bridge::admin {

namespace {

using nlohmann::json;

constexpr auto* kInstruction = "SIGN";

struct Plan {
    apdu::AuthorizedKey key;
    apdu::PublicKey public_key;
    apdu::DeviceMarks marks;  // before
    Bytes message;            // with its magic byte
    floor::Delegation operation;
    Screens screens;
};

constexpr std::size_t kTag = 33;
constexpr std::uint8_t kLastKindOfKey = 3;

// A branch may begin with 03 too; then a kind of key stands where an operation would.
Bytes with_magic(Bytes operation) {
    const bool has_it = !operation.empty() && operation.front() == floor::kOperationMagic &&
                        (operation.size() <= kTag || operation[kTag] > kLastKindOfKey);
    if (!has_it) {
        operation.insert(operation.begin(), floor::kOperationMagic);
    }
    return operation;
}

Result<void> check_key(const AdminRequest& request,
                       const apdu::AuthorizedKey& key,
                       const apdu::KeyHash& address) {
    const bool same = request.key.value_or(address) == address &&
                      request.curve.value_or(key.curve) == key.curve &&
                      request.path.value_or(key.path) == key.path;
    return same ? Result<void>()
                : fail(Errc::other_key_authorised,
                       fmt::format("it is authorised for {}, {} {}",
                                   address.text(),
                                   apdu::curve_name(key.curve),
                                   key.path.text()));
}

Result<Plan> plan_operation(const AdminRequest& request,
                            const apdu::AuthorizedKey& key,
                            const apdu::PublicKey& public_key,
                            const apdu::DeviceMarks& marks) {
    const auto address = public_key.hash();
    if (const auto same = check_key(request, key, address); !same) {
        return same.error();
    }
    if (marks.chain.unspecified()) {
        return fail(daemon::Errc::reveal_unsafe, "it says " + marks_text(marks));
    }
    auto message = with_magic(*request.operation);
    const auto operation = floor::parse_delegation(message, address);
    if (!operation) {
        return fail(Errc::no_self_delegation, operation.error().detail);
    }
    return Plan{key,
                public_key,
                marks,
                std::move(message),
                *operation,
                delegation_screens(address, operation->fee)};
}

// Another host may bake with the key now, and a delegation makes the device forget a round.
Result<void> check_handed_over(const Operator& context) {
    const auto handed_over = context.handed_over();
    if (!handed_over) {
        return handed_over.error();
    }
    return *handed_over ? fail(floor::Errc::handed_over, "a delegation is a signature too")
                        : Result<void>();
}

Result<Plan> make_plan(const AdminRequest& request, Operator& context) {
    if (!request.operation) {
        return fail(Errc::bad_request, "it has no \"operation\"");
    }
    if (const auto ours = check_handed_over(context); !ours) {
        return ours.error();
    }
    const auto key = context.app.authorized_key(answer_deadline(context));
    if (!key) {
        return key.error();
    }
    if (!*key) {
        return fail(Errc::no_authorized_key);
    }
    const auto marks = context.app.marks(answer_deadline(context));
    if (!marks) {
        return marks.error();
    }
    const auto public_key =
        context.app.public_key((*key)->curve, (*key)->path, answer_deadline(context));
    return public_key ? plan_operation(request, **key, *public_key, *marks) : public_key.error();
}

json plan_json(const Plan& plan, const Operator& context) {
    auto out = key_json(plan.key, plan.public_key);
    out["device"] = context.device;
    out["name"] = context.name;
    out["ledger_uri"] = ledger_uri_text(context.name, plan.key);
    out["instruction"] = kInstruction;
    out["reveals"] = plan.operation.reveals;
    out["fee"] = plan.operation.fee;
    out["screens"] = plan.screens;
    return out;
}

// The app sets the round of the test mark to 0 whenever it signs an operation; nothing else moves.
Result<void> check_standing(const Plan& plan, const Standing& now) {
    auto lowered = plan.marks;
    lowered.test.round = {};
    if (now.authorized == plan.key && (now.marks == plan.marks || now.marks == lowered)) {
        return {};
    }
    return fail(
        Errc::read_back_differs,
        fmt::format("it says {}; it was {}", marks_text(now.marks), marks_text(plan.marks)));
}

Result<void> read_back(const Plan& plan, Operator& context) {
    const auto key = context.app.authorized_key(answer_deadline(context));
    if (!key) {
        return key.error();
    }
    const auto marks = context.app.marks(answer_deadline(context));
    return marks ? check_standing(plan, {*key, *marks}) : marks.error();
}

Result<void> keep_forgotten(const Plan& plan, const Operator& context) {
    return context.keep_forgotten({.device = context.name,
                                   .key = plan.public_key.hash(),
                                   .marks = plan.marks,
                                   .time = context.clock.wall()});
}

Result<apdu::Signature> sign(const Plan& plan, Operator& context) {
    const auto answer =
        context.app.sign(plan.key, plan.message, prompt_deadline(context, kDelegationTime));
    if (!answer) {
        return answer.error();
    }
    if (!apdu::verify(plan.public_key, plan.operation.digest, answer->signature)) {
        return fail(daemon::Errc::wrong_signature, "for key " + plan.public_key.hash().text());
    }
    const auto as_before = read_back(plan, context);
    return as_before ? Result<apdu::Signature>(answer->signature) : as_before.error();
}

// Accepted or not, nobody has the signature, and the same question can be asked again.
Result<void> conclude(const Plan& plan, const Standing& now) {
    const auto as_before = check_standing(plan, now);
    return as_before ? fail(Errc::delegation_lost, "it says " + marks_text(now.marks)) : as_before;
}

json result_json(const Plan& plan, const Operator& context, const apdu::Signature& signature) {
    auto out = plan_json(plan, context);
    out["signature"] = apdu::signature_text(plan.public_key.kind(), signature);
    out["signed_operation"] =
        to_hex(ByteView(plan.message).subspan(1)) + to_hex(ByteView(signature.raw));
    return out;
}

}  // namespace

Result<json> plan_delegation(const AdminRequest& request, Operator& context, const Emit& /*emit*/) {
    const auto plan = make_plan(request, context);
    return plan ? Result<json>(plan_json(*plan, context)) : plan.error();
}

Result<json> delegate(const AdminRequest& request, Operator& context, const Emit& emit) {
    const auto plan = make_plan(request, context);
    if (!plan) {
        return plan.error();
    }
    if (const auto kept = keep_forgotten(*plan, context); !kept) {
        return kept.error();
    }
    emit({{"event", "prompt"}, {"instruction", kInstruction}, {"screens", plan->screens}});
    const auto signature = sign(*plan, context);
    if (signature) {
        return result_json(*plan, context, *signature);
    }
    if (!answer_lost(signature.error()) || !context.settle) {
        return signature.error();
    }
    const auto settled =
        context.settle([plan = *plan](const Standing& now) { return conclude(plan, now); });
    return settled ? signature.error() : settled.error();
}

}  // namespace ledger_bridge::admin
