#include "tools/emulator/usb/hid_frames.hpp"

#include <algorithm>
#include <utility>

namespace ledger_bridge::emulator {

namespace {

constexpr std::uint8_t kApduTag = 0x05;
// Header, Lc and 255 bytes of data: the buffer of the device.
constexpr std::size_t kLongestCommand = 260;

}  // namespace

std::vector<Report> to_reports(std::uint16_t channel, ByteView answer) {
    std::vector<Report> reports;
    auto rest = answer;
    do {
        ByteWriter writer;
        writer.u16(channel).u8(kApduTag).u16(static_cast<std::uint16_t>(reports.size()));
        if (reports.empty()) {
            writer.u16(static_cast<std::uint16_t>(answer.size()));
        }
        const auto taken = std::min(kReportSize - writer.view().size(), rest.size());
        writer.bytes(rest.first(taken));
        rest = rest.subspan(taken);
        Report report{};
        std::ranges::copy(writer.view(), report.begin());
        reports.push_back(report);
    } while (!rest.empty());
    return reports;
}

std::optional<Bytes> CommandAssembler::add(ByteView report) {
    ByteReader reader(report);
    const auto channel = reader.u16();
    const auto tag = reader.u8();
    const auto sequence = reader.u16();
    if (!reader.ok()) {
        return std::nullopt;
    }
    channel_ = channel;
    if (tag != kApduTag || sequence != next_sequence_ || (sequence == 0 && !begin(reader))) {
        return std::nullopt;
    }
    const auto taken = reader.bytes(std::min(size_ - command_.size(), reader.remaining()));
    command_.insert(command_.end(), taken.begin(), taken.end());
    if (command_.size() < size_) {
        ++next_sequence_;
        return std::nullopt;
    }
    next_sequence_ = 0;
    return std::exchange(command_, {});
}

bool CommandAssembler::begin(ByteReader& reader) {
    const auto size = reader.u16();
    if (!reader.ok() || size > kLongestCommand) {
        return false;
    }
    size_ = size;
    command_.clear();
    return true;
}

}  // namespace ledger_bridge::emulator
