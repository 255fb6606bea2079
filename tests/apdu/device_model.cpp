#include "tests/apdu/device_model.hpp"

#include <algorithm>

#include "apdu/digest.hpp"
#include "tests/apdu/test_data.hpp"

namespace ledger_bridge::apdu {

namespace {

Bytes copy(ByteView view) {
    return {view.begin(), view.end()};
}

Bytes status(std::uint16_t word) {
    return ByteWriter().u16(word).take();
}

// Some valid ed25519 key: which one does not matter here.
Bytes any_key() {
    return unhex("21021dbfcc527042205a12508a62f37a72080e512c9338a9e7db3adeb6cae73e3ca59000");
}

}  // namespace

void DeviceModel::restart_app() {
    selected_.reset();
    index_overlaid_ = false;
}

void DeviceModel::leave_behind(std::optional<ModelKey> selected,
                               std::optional<ModelKey> authorised) {
    selected_ = std::move(selected);
    authorised_ = std::move(authorised);
}

Bytes DeviceModel::signature_by(const ModelKey& key) {
    Bytes signature(64);
    signature[0] = key.curve;
    std::copy(key.path.begin(), key.path.end(), signature.begin() + 1);
    return signature;
}

Result<Bytes> DeviceModel::exchange(ByteView apdu, const Deadline& /*deadline*/) {
    ++apdus_;
    return locked_ ? status(0x5515) : answer(apdu);
}

Result<std::size_t> DeviceModel::drain(Duration /*quiet*/) {
    return std::size_t{0};
}

Bytes DeviceModel::answer(ByteView apdu) {
    const auto data = apdu.subspan(5);
    const auto curve = apdu[3];
    switch (apdu[1]) {
        case 0x01:
            return prompt_for_key({curve, copy(data)}, true);
        case 0x02:
            selected_ = {curve, copy(data)};
            return any_key();
        case 0x03:
            return prompt_for_key({curve, copy(data)}, false);
        case 0x06:
            overlay_packet_index();
            return status(accepts_ ? 0x9000 : 0x6985);
        case 0x0a:
            overlay_packet_index();
            return prompt_for_key({curve, copy(data.subspan(12))}, true);
        case 0x0b: {
            Bytes marks(20);
            marks.insert(marks.end(), {0x90, 0x00});
            return marks;
        }
        case 0x0c:
            authorised_.reset();
            return status(0x9000);
        case 0x0e: {
            overlay_packet_index();
            Bytes mac(32);
            mac.insert(mac.end(), {0x90, 0x00});
            return mac;
        }
        case 0x0f:
            if (apdu[2] == 0x81) {
                return message_packet(data);
            }
            selected_ = {curve, copy(data)};
            index_overlaid_ = false;
            return status(0x9000);
        default:
            return status(0x6d00);
    }
}

Bytes DeviceModel::prompt_for_key(const ModelKey& key, bool authorises) {
    selected_ = key;
    if (!accepts_) {
        return status(0x6985);
    }
    if (authorises) {
        authorised_ = key;
    }
    return any_key();
}

Bytes DeviceModel::message_packet(ByteView message) {
    if (!selected_) {
        return status(0x917e);
    }
    if (index_overlaid_) {
        index_overlaid_ = false;
        return status(0x9405);
    }
    if (selected_ != authorised_) {
        return status(0x6982);
    }
    if (!watermark_allows_) {
        return status(0x6a80);
    }
    ByteWriter writer;
    writer.bytes(blake2b_256(message)).bytes(signature_by(*selected_)).u16(0x9000);
    return writer.take();
}

// Whether the next message fails depends on a byte of the data.
void DeviceModel::overlay_packet_index() {
    index_overlaid_ = random_() % 2 == 0;
}

}  // namespace ledger_bridge::apdu
