#include "tools/emulator/rig/state.hpp"

namespace ledger_bridge::emulator {

namespace {

using nlohmann::json;

json prompt_of(const Device& device) {
    const auto& open = device.prompt();
    if (!open) {
        return nullptr;
    }
    return {{"instruction", open->command}, {"screens", open->prompt.screens}};
}

json key_of(const BakingData& data) {
    if (!data.key) {
        return nullptr;
    }
    return {{"path", data.key->path.text()}, {"curve", curve_name(data.key->curve)}};
}

json mark_of(const Watermark& mark) {
    return {{"level", mark.level}, {"round", mark.round}};
}

}  // namespace

json state_of(const Device& device, bool plugged) {
    const auto& data = device.baking_data();
    return {{"app", app_name(device.app())},
            {"version", device.app_version()},
            {"locked", device.locked()},
            {"plugged", plugged},
            {"prompt", prompt_of(device)},
            {"authorized", key_of(data)},
            {"chain_id", to_hex(ByteWriter().u32(data.chain).take())},
            {"main", mark_of(data.main)},
            {"test", mark_of(data.test)},
            {"hwm_enabled", data.hwm_enabled},
            {"apdus", device.commands()},
            {"signatures", device.signatures()},
            {"flash_writes", device.flash().writes()}};
}

}  // namespace ledger_bridge::emulator
