#include "driver/base/errors.hpp"

#include <algorithm>

namespace ledger_bridge {

const ErrorRow* ErrorCategory::find(int value) const {
    const auto row = std::find_if(rows_.begin(), rows_.end(), [value](const ErrorRow& candidate) {
        return candidate.value == value;
    });
    return row == rows_.end() ? other_ : &*row;
}

std::string ErrorCategory::message(int value) const {
    const auto* row = find(value);
    return row == nullptr ? "unknown code " + std::to_string(value) : std::string(row->sentence);
}

const ErrorRow* error_row(const error_code& code) {
    const auto* category = dynamic_cast<const ErrorCategory*>(&code.category());
    return category == nullptr ? nullptr : category->find(code.value());
}

std::string Error::text() const {
    std::string text = code.message();
    if (!detail.empty()) {
        text += " (" + detail + ")";
    }
    const auto* row = error_row(code);
    if (row != nullptr && !row->advice.empty()) {
        text += "; " + std::string(row->advice);
    }
    return text;
}

std::string Error::id() const {
    const auto* row = error_row(code);
    return row == nullptr ? std::string(code.category().name()) + "_" + std::to_string(code.value())
                          : std::string(row->id);
}

}  // namespace ledger_bridge
