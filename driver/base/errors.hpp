// The one shape of every error: a code for decisions, a sentence and a cure for people.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>

namespace ledger_bridge {

using boost::system::error_code;

// What a person reads about one code. README's troubleshooting table has one row for each.
struct ErrorRow {
    int value;
    std::string_view id;        // stable, snake_case: "queue_full"
    std::string_view sentence;  // what happened: "the device is locked"
    std::string_view advice;    // what to do: "enter the PIN on the device"
};

// The errors of one folder: a table that outlives the process.
class ErrorCategory final : public boost::system::error_category {
public:
    // `other`: the row of every value that has none, where they come from outside.
    ErrorCategory(const char* name, std::span<const ErrorRow> rows, const ErrorRow* other = nullptr)
        : name_(name), rows_(rows), other_(other) {}

    [[nodiscard]] const char* name() const noexcept override { return name_; }
    [[nodiscard]] std::string message(int value) const override;

    [[nodiscard]] std::span<const ErrorRow> rows() const { return rows_; }
    // Null when the table has no such value and no row for others.
    [[nodiscard]] const ErrorRow* find(int value) const;

private:
    const char* name_;
    std::span<const ErrorRow> rows_;
    const ErrorRow* other_;
};

// The row of a code, or null when its category is not one of ours (a system error).
const ErrorRow* error_row(const error_code& code);

// A failed operation. `detail` says why in this case: "level 12 is not above 15".
struct Error {
    error_code code;
    std::string detail;

    // "<what> (<why>); <what to do>", the parts that exist.
    [[nodiscard]] std::string text() const;
    // The row's id, or the category's name and number for foreign codes: "device_locked".
    [[nodiscard]] std::string id() const;
};

}  // namespace ledger_bridge
