#include "driver/frame.hpp"

#include <algorithm>

#include "driver/transport.hpp"

namespace ledger_bridge::driver {

namespace {

constexpr std::uint8_t kApduTag = 0x05;
constexpr std::size_t kStatusWordSize = 2;

// The part of the message that fits behind `header`, padded with zeros.
Report fill_report(const ByteWriter& header, ByteView& message) {
    Report report{};
    auto* payload = std::copy(header.view().begin(), header.view().end(), report.begin());
    const auto room = static_cast<std::size_t>(report.end() - payload);
    const auto part = message.first(std::min(room, message.size()));
    std::copy(part.begin(), part.end(), payload);
    message = message.subspan(part.size());
    return report;
}

}  // namespace

std::vector<Report> encode(Channel channel, ByteView message) {
    std::vector<Report> reports;
    if (message.size() > kMaxMessageSize) {
        return reports;
    }
    const auto size = static_cast<std::uint16_t>(message.size());
    do {
        const auto sequence = static_cast<std::uint16_t>(reports.size());
        ByteWriter header;
        header.u16(static_cast<std::uint16_t>(channel)).u8(kApduTag).u16(sequence);
        if (sequence == 0) {
            header.u16(size);
        }
        reports.push_back(fill_report(header, message));
    } while (!message.empty());
    return reports;
}

Result<std::optional<Bytes>> Assembler::add(ByteView report) {
    if (failed_) {
        return fail(Errc::bad_frame, "after an earlier error");
    }
    auto message = accept(report);
    failed_ = !message;
    return message;
}

Result<std::optional<Bytes>> Assembler::accept(ByteView report) {
    if (report.size() != kReportSize) {
        return fail(Errc::bad_frame, "a report of " + std::to_string(report.size()) + " bytes");
    }
    ByteReader reader(report);
    if (static_cast<Channel>(reader.u16()) != channel_) {
        return std::optional<Bytes>{};
    }
    if (const auto tag = reader.u8(); tag != kApduTag) {
        return fail(Errc::bad_frame, "tag " + std::to_string(tag));
    }
    if (complete_) {
        return fail(Errc::bad_frame, "a report after the last one");
    }
    const auto sequence = reader.u16();
    if (sequence != next_sequence_) {
        return fail(Errc::bad_frame,
                    "sequence " + std::to_string(sequence) + " instead of " +
                        std::to_string(next_sequence_));
    }
    return append(reader);
}

Result<std::optional<Bytes>> Assembler::append(ByteReader& reader) {
    if (next_sequence_ == 0) {
        size_ = reader.u16();
    }
    if (size_ < kStatusWordSize) {
        return fail(Errc::bad_frame, "an answer of " + std::to_string(size_) + " bytes");
    }
    ++next_sequence_;
    const auto payload = reader.bytes(std::min(size_ - message_.size(), reader.remaining()));
    message_.insert(message_.end(), payload.begin(), payload.end());
    complete_ = message_.size() == size_;
    return complete_ ? std::optional(std::move(message_)) : std::nullopt;
}

}  // namespace ledger_bridge::driver
