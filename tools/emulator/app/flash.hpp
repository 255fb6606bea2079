// What the Baking app keeps: one copy in RAM while it runs, one in flash.
#pragma once

#include <cstdint>
#include <optional>

#include "tools/emulator/app/watermark.hpp"
#include "tools/emulator/keys/curve.hpp"
#include "tools/emulator/keys/path.hpp"

namespace ledger_bridge::emulator {

struct KeyId {
    Curve curve = Curve::ed25519;
    Path path;

    bool operator==(const KeyId&) const = default;
};

struct BakingData {
    std::uint32_t chain = 0;  // 0: every chain is the main chain
    Watermark main;
    Watermark test;  // of all other chains together
    std::optional<KeyId> key;
    bool hwm_enabled = true;

    // The mark that covers `message_chain`.
    [[nodiscard]] Watermark& mark(std::uint32_t message_chain);

    bool operator==(const BakingData&) const = default;
};

// Survives power cuts; counts its writes, because real flash wears out.
class Flash {
public:
    Flash() = default;
    explicit Flash(const BakingData& data) : data_(data) {}

    [[nodiscard]] const BakingData& data() const { return data_; }
    [[nodiscard]] std::uint64_t writes() const { return writes_; }

    // The whole of RAM.
    void write(const BakingData& data);
    void write_marks(const BakingData& data);
    void write_key(const BakingData& data);

private:
    BakingData data_;
    std::uint64_t writes_ = 0;
};

}  // namespace ledger_bridge::emulator
