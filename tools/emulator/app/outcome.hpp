// What an app does with one command: it answers, or it asks the person first.
#pragma once

#include <functional>
#include <optional>

#include "driver/base/bytes.hpp"
#include "tools/emulator/app/apdu.hpp"
#include "tools/emulator/app/screens.hpp"
#include "tools/emulator/keys/curve.hpp"

namespace ledger_bridge::emulator {

struct Outcome;

// The app has signed: what, and what came out.
struct MadeSignature {
    Curve curve = Curve::ed25519;
    Bytes message;    // with its magic byte
    Bytes signature;  // as the device gives it
};

struct Prompt {
    Screens screens;
    // Called when the person accepts. Always gives an answer, never another prompt.
    std::function<Outcome()> accept;
};

struct Outcome {
    // Implicit, so that the instructions read as what they answer.
    // NOLINTNEXTLINE(google-explicit-constructor)
    Outcome(Bytes bytes) : answer(std::move(bytes)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    Outcome(Prompt question) : prompt(std::move(question)) {}

    // Data and status word; empty while the prompt waits.
    Bytes answer;
    std::optional<Prompt> prompt;
    std::optional<MadeSignature> made;
};

}  // namespace ledger_bridge::emulator
