#include "daemon/admin/mark_operations.hpp"

#include <chrono>

#include <fmt/format.h>

#include "daemon/admin/errors.hpp"
#include "daemon/admin/facts_json.hpp"
#include "daemon/admin/prompts.hpp"
#include "daemon/floor/errors.hpp"

namespace ledger_bridge::admin {

namespace {

using nlohmann::json;

// From then on the device is asked whether the question is still there: its answer may be lost.
constexpr std::chrono::seconds kPromptAnswerTime{30};

Result<std::vector<SignedLevel>> signed_levels(const apdu::KeyHash& key, const Operator& context) {
    const auto marks = context.signed_marks();
    if (!marks) {
        return marks.error();
    }
    std::vector<SignedLevel> levels;
    for (const auto& mark : *marks) {
        if (mark.key.key == key) {
            levels.push_back({mark.key.chain, mark.mark.position.level});
        }
    }
    return levels;
}

std::vector<floor::AdoptedLevel> rows_of(const apdu::KeyHash& key,
                                         std::vector<floor::AdoptedLevel> rows) {
    std::erase_if(rows, [&key](const auto& row) { return row.key != key; });
    return rows;
}

Result<PlanFacts> read_facts(const apdu::AuthorizedKey& key,
                             const std::optional<apdu::AuthorizedKey>& authorized,
                             Operator& context) {
    const auto marks = context.app.marks(answer_deadline(context));
    if (!marks) {
        return marks.error();
    }
    const auto public_key = context.app.public_key(key.curve, key.path, answer_deadline(context));
    if (!public_key) {
        return public_key.error();
    }
    const auto levels = signed_levels(public_key->hash(), context);
    if (!levels) {
        return levels.error();
    }
    auto adopted = context.adopted();
    if (!adopted) {
        return adopted.error();
    }
    return PlanFacts{
        authorized, *marks, *public_key, *levels, rows_of(public_key->hash(), *std::move(adopted))};
}

apdu::AuthorizedKey wished_key(const AdminRequest& request) {
    return {request.curve.value_or(apdu::Curve::secp256k1),
            request.path.value_or(apdu::DerivationPath::tezos_default())};
}

Result<void> send(const SetupPlan& plan, Operator& context) {
    const auto deadline = prompt_deadline(context, kPromptAnswerTime);
    if (plan.instruction == Instruction::reset) {
        return context.app.reset(plan.new_marks.main.level, deadline);
    }
    const apdu::SetupRequest request{.chain = plan.new_marks.chain,
                                     .main_level = plan.new_marks.main.level,
                                     .test_level = plan.new_marks.test.level,
                                     .curve = plan.key.curve,
                                     .path = plan.key.path};
    const auto key = context.app.setup(request, deadline);
    if (!key) {
        return key.error();
    }
    if (*key != plan.public_key) {
        return fail(Errc::read_back_differs,
                    fmt::format("it answered with the key of {}, not {}",
                                key->hash().text(),
                                plan.public_key.hash().text()));
    }
    return {};
}

Result<void> read_back(const SetupPlan& plan, Operator& context) {
    const auto authorized = context.app.authorized_key(answer_deadline(context));
    if (!authorized) {
        return authorized.error();
    }
    if (*authorized != plan.key) {
        return fail(Errc::read_back_differs, "another key is authorised");
    }
    const auto marks = context.app.marks(answer_deadline(context));
    if (!marks) {
        return marks.error();
    }
    if (*marks != plan.new_marks) {
        return fail(
            Errc::read_back_differs,
            fmt::format(
                "it says {}; it was set to {}", marks_text(*marks), marks_text(plan.new_marks)));
    }
    return {};
}

// The same before and after shows nothing: then it counts as not done, which costs one more try.
Result<void> conclude(const SetupPlan& plan, const Standing& now) {
    const bool as_before = now.authorized == plan.old_key && now.marks == plan.old_marks;
    if (as_before) {
        return fail(Errc::prompt_without_effect, "it says " + marks_text(now.marks));
    }
    if (now.authorized != plan.key || now.marks != plan.new_marks) {
        return fail(Errc::read_back_differs,
                    fmt::format("it says {}; it was to be set from {} to {}",
                                marks_text(now.marks),
                                marks_text(plan.old_marks),
                                marks_text(plan.new_marks)));
    }
    return {};
}

// A person chose these marks: what the plan took as used may give way to them, but nothing that
// came to be known while the question was open.
Result<void> take_over(const SetupPlan& plan,
                       const floor::DeviceReading& reading,
                       const KeepSetup& keep) {
    auto kept = keep(reading, plan.adopted);
    if (kept || kept.error().code != make_error_code(floor::Errc::commit_conflict)) {
        return kept;
    }
    return fail(
        Errc::level_not_above_used,
        fmt::format("while the question was open, {}; the device was set to it all the same",
                    kept.error().detail));
}

json old_json(const SetupPlan& plan) {
    return {{"authorized", plan.old_key ? key_json(*plan.old_key) : json(nullptr)},
            {"chain", chain_text(plan.old_marks.chain)},
            {"chain_name", apdu::chain_display_name(plan.old_marks.chain)},
            {"main", mark_json(plan.old_marks.main)},
            {"test", mark_json(plan.old_marks.test)}};
}

json instruction_json(Instruction instruction) {
    return instruction == Instruction::nothing ? json(nullptr)
                                               : json(instruction_name(instruction));
}

}  // namespace

Result<SetupPlan> make_setup_plan(const AdminRequest& request, Operator& context) {
    const auto authorized = context.app.authorized_key(answer_deadline(context));
    if (!authorized) {
        return authorized.error();
    }
    const auto key = wished_key(request);
    const auto facts = read_facts(key, *authorized, context);
    if (!facts) {
        return facts.error();
    }
    return plan_setup({key, request.chain, request.marks}, *facts);
}

Result<SetupPlan> make_reset_plan(const AdminRequest& request, Operator& context) {
    const auto authorized = context.app.authorized_key(answer_deadline(context));
    if (!authorized) {
        return authorized.error();
    }
    if (!*authorized) {
        return fail(Errc::no_authorized_key);
    }
    const auto facts = read_facts(**authorized, *authorized, context);
    if (!facts) {
        return facts.error();
    }
    return plan_reset(request.marks, *facts);
}

Result<void> perform(const SetupPlan& plan, Operator& context, const Emit& emit) {
    if (plan.instruction == Instruction::nothing) {
        return {};
    }
    emit({{"event", "prompt"},
          {"instruction", instruction_name(plan.instruction)},
          {"screens", plan.screens}});
    const floor::DeviceReading reading{.device = context.name,
                                       .key = plan.public_key.hash(),
                                       .marks = plan.new_marks,
                                       .time = context.clock.wall()};
    auto done = send(plan, context);
    if (done) {
        done = read_back(plan, context);
    }
    if (!done && answer_lost(done.error()) && context.settle) {
        return context.settle([plan, reading, keep = context.keep_setup](const Standing& now) {
            const auto accepted = conclude(plan, now);
            return accepted ? take_over(plan, reading, keep) : accepted;
        });
    }
    return done ? take_over(plan, reading, context.keep_setup) : done;
}

json plan_json(const SetupPlan& plan, const Operator& context, bool changed) {
    auto out = key_json(plan.key, plan.public_key);
    out["device"] = context.device;
    out["name"] = context.name;
    out["instruction"] = instruction_json(plan.instruction);
    out["changed"] = changed;
    out["ledger_uri"] = ledger_uri_text(context.name, plan.key);
    out["chain"] = chain_text(plan.new_marks.chain);
    out["chain_name"] = apdu::chain_display_name(plan.new_marks.chain);
    out["old"] = old_json(plan);
    out["new"] = {{"main", mark_json(plan.new_marks.main)},
                  {"test", mark_json(plan.new_marks.test)}};
    out["screens"] = plan.screens;
    out["notes"] = plan.notes;
    out["import"] = fmt::format("octez-client import secret key baker {}/{}",
                                context.signer_url,
                                plan.public_key.hash().text());
    return out;
}

}  // namespace ledger_bridge::admin
