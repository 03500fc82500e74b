"""What the sheet `Hướng dẫn` tells staff."""

from __future__ import annotations

from cchc_xlsx.form import Form
from cchc_xlsx.layout import APPENDIX_SHEET, CHECKS_SHEET, INFO_SHEET
from cchc_xlsx.words import BROKEN, HOLDS, NOT_ENTERED, UNTOLD

TITLE = "HƯỚNG DẪN ĐIỀN BIỂU MẪU"

_SAI, _XEM_LAI, _LUU_Y = BROKEN.values()

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "1. Cách nhập",
        (
            f"Điền trang «{INFO_SHEET}» trước, rồi đến trang «{APPENDIX_SHEET}». "
            "Chỉ nhập vào các ô màu vàng nhạt; các ô khác đã được khóa.",
            "Bấm phím Tab để sang ô nhập kế tiếp. Bấm vào một ô sẽ hiện lời nhắc về đơn vị tính "
            "và ví dụ.",
            "Số lượng: nhập số nguyên, không gõ dấu chấm hay dấu phẩy phân cách hàng nghìn "
            "(nhập 1214, không nhập 1.214), không gõ thêm chữ.",
            "Tỷ lệ %: nhập 72 hoặc 72,5; không gõ dấu %, không nhập 0,72.",
            "Có/Không và các câu hỏi có mã: chọn mã trong danh sách của ô.",
            "Cột Ghi chú: ghi số, ký hiệu, ngày của văn bản, hoặc lý do của số liệu.",
        ),
    ),
    (
        "2. Để trống khác với số 0",
        (
            "Nhập 0 khi trong kỳ không phát sinh. Để trống khi chưa có số liệu: ô trống không "
            "được tính là 0, và Sở Nội vụ sẽ thấy là đơn vị chưa báo cáo chỉ tiêu đó.",
            "Một số ô có sẵn công thức và tự tính khi đã đủ số liệu liên quan; có thể nhập số "
            "đè lên, phần kiểm tra vẫn so sánh.",
        ),
    ),
    (
        "3. Cách đọc kết quả kiểm tra",
        (
            "Phần mềm của Sở Nội vụ có thể hiểu một số ô gõ bằng chữ (như «1.214», «Có»), nhưng "
            "luôn hỏi lại; hãy nhập đúng số.",
            f"Cột Kiểm tra bên phải trang «{APPENDIX_SHEET}» và trang «{CHECKS_SHEET}» tự cập nhật "
            "khi nhập.",
            f"{_SAI}: số liệu mâu thuẫn hoặc không đúng kiểu, phải sửa trước khi gửi.",
            f"{_XEM_LAI}: số liệu có thể chưa đúng; nếu đúng thì giải thích ở cột Ghi chú.",
            f"{_LUU_Y}: điều nên biết. {NOT_ENTERED}: ô còn trống. {HOLDS}: không thấy lỗi. "
            f"{UNTOLD}: chưa kiểm tra được vì còn ô trống hoặc ô chưa đọc được.",
            "Có thể lọc (nút mũi tên ở dòng tiêu đề) để chỉ xem các dòng cần sửa.",
        ),
    ),
    (
        "4. Lưu và gửi",
        (
            "Lưu đúng định dạng .xlsx (trong WPS, LibreOffice: chọn «Excel 2007-365 (.xlsx)»; "
            "trong Google Trang tính: Tệp > Tải xuống > Microsoft Excel).",
            "Không đổi tên trang, không thêm hoặc xóa dòng, cột. Khi dán số liệu, chọn "
            "«Dán giá trị» (Paste Values) để giữ nguyên phần kiểm tra của ô.",
            "Gửi chính tệp này qua thư điện tử; không gửi ảnh chụp hay bản PDF thay cho tệp.",
        ),
    ),
)


def guide_texts(form: Form) -> set[str]:
    """All texts of the sheet but the remark on the form."""
    headings = {heading for heading, _ in SECTIONS}
    paragraphs = {bullet(paragraph) for _, paragraphs in SECTIONS for paragraph in paragraphs}
    return headings | paragraphs | {TITLE, form.name}


def bullet(paragraph: str) -> str:
    """A paragraph as the sheet shows it."""
    return f"- {paragraph}"
