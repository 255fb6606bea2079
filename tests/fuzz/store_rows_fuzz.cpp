// Any columns as a row of the state: what is accepted is exactly what would be written for it.
//
// Input: the table (mark, device, adopted, audit), then each column as its type (null, integer,
// text, blob), its size in a byte, its bytes.

#include <memory>
#include <string>
#include <vector>

#include "daemon/floor/errors.hpp"
#include "daemon/floor/sqlite.hpp"
#include "daemon/floor/store_rows.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace ledger_bridge::floor {
namespace {

constexpr int kMarkColumns = 9;
constexpr int kDeviceColumns = 11;
constexpr int kAdoptedColumns = 8;
constexpr int kAuditColumns = 10;
constexpr std::int64_t kLargest = 0xffffffff;

std::string columns_text(int count) {
    std::string text = "SELECT ?";
    for (int i = 1; i < count; ++i) {
        text += ", ?";
    }
    return text;
}

// The tables' own checks keep every number but a time within 32 bits.
std::int64_t integer(ByteView bytes, bool is_time) {
    ByteReader reader(bytes);
    std::int64_t value = 0;
    while (reader.remaining() != 0) {
        value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << 8U | reader.u8());
    }
    return is_time ? value : value & kLargest;
}

void bind_columns(Query& query, ByteReader& input, int count) {
    for (int column = 1; column <= count; ++column) {
        const auto type = input.u8() % 4;
        const auto bytes = input.bytes(input.u8());
        switch (type) {
            case 0:
                query.bind_null(column);
                break;
            case 1:
                query.bind(column, integer(bytes, column == count - 1));
                break;
            case 2:
                query.bind(column, std::string(bytes.begin(), bytes.end()));
                break;
            default:
                query.bind(column, bytes);
        }
    }
}

std::vector<Bytes> columns_of(const Query& query, int count) {
    std::vector<Bytes> columns;
    for (int i = 0; i < count; ++i) {
        columns.push_back(query.blob(i));
    }
    return columns;
}

template <class Row>
void check(Database& database,
           ByteReader& input,
           int count,
           Result<Row> (*read)(const Query&),
           void (*bind)(Query&, const Row&)) {
    const auto statement = *database.prepare(columns_text(count));
    std::optional<Row> row;
    std::vector<Bytes> given;
    {
        Query query(statement);
        bind_columns(query, input, count);
        require(query.step().has_value(), "a row of these columns");
        const auto result = read(query);
        require(result || result.error().code == make_error_code(Errc::store_damaged),
                "every error is store_damaged");
        row = result ? std::optional(*result) : std::nullopt;
        given = columns_of(query, count);
    }
    if (row) {
        Query query(statement);
        bind(query, *row);
        require(query.step().has_value(), "the row can be written");
        require(columns_of(query, count) == given, "an accepted row is what would be written");
    }
}

// A row of the audit log has no checksum: what it says must be what stands there.
void check_audit(Database& database, ByteReader& input) {
    const auto statement = *database.prepare(columns_text(kAuditColumns));
    Query query(statement);
    bind_columns(query, input, kAuditColumns);
    require(query.step().has_value(), "a row of these columns");
    const auto row = read_audit(query);
    if (!row) {
        require(row.error().code == make_error_code(Errc::store_damaged),
                "every error is store_damaged");
        return;
    }
    require(row->key.key.text() == query.text(1), "the key is the one that stands there");
    require(row->key.chain.text() == query.text(2), "and the chain");
    require(kind_name(row->key.kind) == query.text(3), "and the kind");
    require(Bytes(row->digest.begin(), row->digest.end()) == query.blob(6), "and the digest");
    require(row->verdict == query.text(7), "and the verdict");
}

Database memory() {
    auto database = Database::open(":memory:");
    require(database.has_value(), "a database in memory");
    return *std::move(database);
}

}  // namespace
}  // namespace ledger_bridge::floor

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ledger_bridge;
    using namespace ledger_bridge::floor;
    static auto database = memory();
    ByteReader input({data, size});
    switch (input.u8() % 4) {
        case 0:
            check<StoredMark>(database, input, kMarkColumns, read_mark, bind_mark);
            break;
        case 1:
            check<DeviceRecord>(database, input, kDeviceColumns, read_device, bind_device);
            break;
        case 2:
            check<AdoptedLevel>(database, input, kAdoptedColumns, read_adopted, bind_adopted);
            break;
        default:
            check_audit(database, input);
    }
    return 0;
}
