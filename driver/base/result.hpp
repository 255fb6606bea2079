// A value or an Error; dropping one is a compiler warning.
#pragma once

#include <utility>

#include <boost/system/result.hpp>

#include "driver/base/errors.hpp"

namespace ledger_bridge {

// `if (!x) return x.error();` is the idiom; value() is called only after that check.
template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
public:
    using boost::system::result<T, Error>::result;
};

// The failure of code `code` for the reason `detail`.
template <class Code>
Error fail(Code code, std::string detail = {}) {
    return Error{make_error_code(code), std::move(detail)};
}

}  // namespace ledger_bridge

namespace boost {

// Called by value() on a failed result, which is a bug in the caller: there the process ends.
[[noreturn]] inline void throw_exception_from_error(const ledger_bridge::Error& error,
                                                    const source_location& /*where*/) {
    throw boost::system::system_error(error.code, error.detail);
}

}  // namespace boost
