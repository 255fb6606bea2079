#include "tools/emulator/rig/bench.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace ledger_bridge::emulator {

Bench::Bench(Device& device,
             Latency latency,
             std::optional<NvramFile> nvram,
             std::optional<SignLog> sign_log)
    : device_(device),
      latency_(latency),
      nvram_(std::move(nvram)),
      sign_log_(std::move(sign_log)),
      saved_writes_(device.flash().writes()) {}

std::optional<Delivery> Bench::exchange(ByteView command) {
    const auto answer = device_.exchange(command);
    save();
    return answer ? std::optional(deliver(*answer)) : std::nullopt;
}

Delivery Bench::deliver(const Answer& answer) {
    auto delivery = faults_.apply(answer);
    if (answer.made) {
        log(*answer.made);
        delivery.delay += latency_.next(answer.made->curve);
    }
    return delivery;
}

void Bench::log(const MadeSignature& made) {
    if (!sign_log_) {
        return;
    }
    if (const auto added = sign_log_->add(made); !added) {
        fmt::print(stderr, "error: {}\n", added.error().text());
    }
}

void Bench::save() {
    const auto writes = device_.flash().writes();
    if (!nvram_ || writes == saved_writes_) {
        return;
    }
    const auto saved = nvram_->save(device_.flash().data());
    if (!saved) {
        fmt::print(stderr, "error: {}\n", saved.error().text());
        return;
    }
    saved_writes_ = writes;
}

}  // namespace ledger_bridge::emulator
