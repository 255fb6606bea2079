#include "tools/emulator/app/flash.hpp"

namespace ledger_bridge::emulator {

Watermark& BakingData::mark(std::uint32_t message_chain) {
    return chain == 0 || message_chain == chain ? main : test;
}

void Flash::write(const BakingData& data) {
    data_ = data;
    ++writes_;
}

void Flash::write_marks(const BakingData& data) {
    data_.main = data.main;
    data_.test = data.test;
    ++writes_;
}

void Flash::write_key(const BakingData& data) {
    data_.key = data.key;
    ++writes_;
}

}  // namespace ledger_bridge::emulator
